/** What may go wrong in a run, by name; each is played on a world and healed with all others at the run's end. */
import { between, type Random } from '../../faults/lane.ts'
import type { LinkFault } from './faulty-link.ts'
import type { RunWorld } from './world.ts'

export interface FaultKind {
  name: string
  play(world: RunWorld, random: Random): Promise<void>
}

const day = 86_400_000
const onLink = (name: string, fault: (random: Random) => LinkFault): FaultKind => ({
  name,
  play: async ({ link }, random) => link.play(fault(random)),
})
const answers = (name: string, how: Extract<LinkFault, { link: 'answers' }>['with']) =>
  onLink(name, (random) => ({ link: 'answers', with: how, share: 0.3 + random() * 0.7 }))
const sides = ['kiosk', 'issuer'] as const

const kill = (side: (typeof sides)[number]): FaultKind => ({
  name: `${side} killed`,
  play: (world) => world[side].kill(false),
})
const powerCut = (side: (typeof sides)[number]): FaultKind => ({
  name: `power cut at the ${side}`,
  play: (world) => world[side].kill(true),
})
const diskFull = (side: (typeof sides)[number]): FaultKind => ({
  name: `disk of the ${side} full`,
  play: async (world) => world[side].full(true),
})

/** The first ones are what takes things away; they come more often. */
const violent: readonly FaultKind[] = [...sides.map(kill), ...sides.map(powerCut), powerCut('kiosk')]
const others: readonly FaultKind[] = [
  onLink('link down', () => ({ link: 'down' })),
  onLink('link cut at any byte', (random) => ({ link: 'cut', upTo: between(random, 50, 150_000) })),
  onLink('link cut early', (random) => ({ link: 'cut', upTo: between(random, 1, 3_000) })),
  answers('issuer answers 500', 'error'),
  answers('issuer answers 409', 'conflict'),
  answers('issuer answers 413', 'too-large'),
  answers('somebody else answers', 'nonsense'),
  answers('nobody answers', 'nothing'),
  ...sides.map(diskFull),
  {
    name: 'the clock jumps',
    play: async (world, random) => world.setClock(Math.round((random() - 0.5) * 400 * day)),
  },
]

/** @returns those of that name only; to look closely at what a large run found */
export function onlyFaults(names: readonly string[]): (random: Random) => FaultKind {
  const all = new Map([...violent, ...others].map((kind) => [kind.name, kind]))
  const chosen = names.map((name) => {
    const kind = all.get(name)
    if (!kind) throw new Error(`There is no fault "${name}", only: ${[...all.keys()].join(', ')}`)
    return kind
  })
  return (random) => chosen[between(random, 0, chosen.length - 1)] ?? anyFault(random)
}

/** @returns one of them, as chance has it */
export function anyFault(random: Random): FaultKind {
  const from = random() < 0.5 ? violent : others
  const chosen = from[between(random, 0, from.length - 1)]
  if (!chosen) throw new Error('There are no faults')
  return chosen
}
