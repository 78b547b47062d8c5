/**
 * Runs in one world, one after the other: an officer saves a few requests while faults come and go; then everything is
 * healed, the officer finishes, and what was saved has to reach the issuer by itself. At the end the power of both is cut
 * once more, and the issuer is asked what it holds.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { ulid } from 'ulid'
import { zRequestId, type RequestId } from '../../../sync/z-facts.ts'
import { between, type Random } from '../../faults/lane.ts'
import { anyFault, type FaultKind } from './fault-kinds.ts'
import { DoesNotStart } from './child.ts'
import { heldAtIssuer } from './issuer-books.ts'
import type { RunWorld } from './world.ts'
import { zEngine, zQueue, zSaved, type KioskOrder, type QueueLine } from './z-orders.ts'

export interface Outcome {
  saved: number
  delivered: number
  lost: number
  doubled: number
  stuck: number
  /** how often each fault was played */
  faults: Record<string, number>
  /** what a person needs to find the cause of a request that went wrong */
  trouble: string[]
}

interface Work {
  order: KioskOrder & { do: 'save' }
  run: number
  told: boolean
}

/** Everything is healed, and no wait of ours is longer than 60 s: what is not done by then never will be. */
const longEnoughMs = 75_000

export async function playRuns(options: {
  world: RunWorld
  runs: readonly number[]
  random: Random
  say: (text: string) => void
  settleMs?: number
  /** default any */
  faultOf?: (random: Random) => FaultKind
}): Promise<Outcome> {
  const { world, runs, random, say, settleMs = longEnoughMs, faultOf = anyFault } = options
  const outcome: Outcome = { saved: 0, delivered: 0, lost: 0, doubled: 0, stuck: 0, faults: {}, trouble: [] }
  const trouble = (text: string) => {
    outcome.trouble.push(text)
    say(text)
  }
  const done: Work[] = []
  /** what the officer of the present run does */
  let underWay: Work[] = []
  const played = new Map<number, string[]>()

  /** The officer presses the button until the screen says saved. */
  async function save(work: Work, until: number): Promise<void> {
    while (!work.told && performance.now() < until) {
      await world.kiosk.child.up()
      const answer = world.kiosk.child.answer(zSaved, ({ id }) => id === work.order.id, 8_000)
      world.kiosk.child.tell(JSON.stringify(work.order))
      work.told = (await answer)?.saved === true
      if (!work.told) await delay(30)
    }
  }

  async function queue(): Promise<Map<RequestId, QueueLine>> {
    for (let tries = 0; tries < 10; tries += 1) {
      await world.kiosk.child.up()
      const answer = world.kiosk.child.answer(zQueue)
      world.kiosk.child.tell('{"do":"list"}')
      const said = await answer
      if (said) return new Map(said.queue.map((line) => [line.id, line]))
    }
    throw new Error('The kiosk does not say what is in its queue')
  }

  /** What does not come to rest, as both sides see it. */
  async function standing(): Promise<string> {
    const open = [...(await queue()).values()].filter(({ state }) => state !== 'ready')
    const both = open.slice(0, 4).map(async (line) => {
      const held = await heldAtIssuer(world.issuerUrl(), world.commission, line.id).catch(String)
      return { kiosk: line, issuer: held ?? 'nothing' }
    })
    return JSON.stringify({ requests: await Promise.all(both), engine: await engine() })
  }

  async function engine(): Promise<unknown> {
    const answer = world.kiosk.child.answer(zEngine)
    world.kiosk.child.tell('{"do":"engine"}')
    return (await answer)?.engine
  }

  async function settled(works: readonly Work[], until: number): Promise<boolean> {
    for (;;) {
      const there = await queue()
      // What is no longer in the queue is lost, and nothing to wait for.
      if (works.every(({ order: { id } }) => (there.get(id)?.state ?? 'ready') === 'ready')) return true
      if (performance.now() > until) return false
      await delay(40)
    }
  }

  function heal(): void {
    for (const side of [world.kiosk, world.issuer]) side.full(false)
    world.link.play({ link: 'up' })
    // Mostly the system tells of the link's return; now and then the kiosk has to notice by itself.
    if (random() < 0.8) world.kiosk.child.tell('{"do":"wake"}')
  }

  async function play(run: number): Promise<void> {
    const works = Array.from({ length: between(random, 1, 3) }, (): Work => ({ ...newWork(random), run }))
    const faults = Array.from({ length: between(random, 1, 3) }, () => faultOf(random))
    played.set(
      run,
      faults.map(({ name }) => name),
    )
    const waits = faults.map(() => random() * (random() < 0.5 ? 120 : 500))
    const officerWaits = works.map(() => random() * 120)
    underWay = works
    const until = performance.now() + settleMs
    const officer = (async () => {
      for (const [n, work] of works.entries()) {
        await delay(officerWaits[n] ?? 0)
        await save(work, until)
      }
    })()
    // Told below; while the faults are played nobody waits for it.
    officer.catch(() => undefined)
    for (const [n, fault] of faults.entries()) {
      await delay(waits[n] ?? 0)
      await fault.play(world, random)
      outcome.faults[fault.name] = (outcome.faults[fault.name] ?? 0) + 1
    }
    await delay(random() * 150)
    heal()
    await officer
    done.push(...works)
    underWay = []
    if (works.some(({ told }) => !told)) {
      outcome.stuck += works.filter(({ told }) => !told).length
      trouble(`run ${run}: not saved, with ${faults.map(({ name }) => name).join(', ')}`)
    }
    if (!(await settled(done.filter(({ told }) => told).slice(-12), until)))
      trouble(
        `run ${run}: not at rest after ${settleMs} ms; ${faults.map(({ name }) => name).join(', ')}; ${await standing()}`,
      )
  }

  async function askTheIssuer(): Promise<void> {
    for (const side of [world.kiosk, world.issuer]) await side.kill(true)
    await world.issuer.child.up()
    await settled(
      done.filter(({ told }) => told),
      performance.now() + settleMs,
    )
    const there = await queue()
    for (const { order, run, told } of done) {
      if (!told) continue
      const { id } = order
      const held = await heldAtIssuer(world.issuerUrl(), world.commission, id)
      const local = there.get(id)
      const whole = held?.payloads === true && held.state === 'ready' && held.readies === 1
      outcome.saved += 1
      if (held && (held.readies > 1 || held.conflicts)) outcome.doubled += 1
      else if (whole && local) outcome.delivered += 1
      else if (local && local.state !== 'ready') outcome.stuck += 1
      else outcome.lost += 1
      if (!whole || held.conflicts || !local) {
        const facts = JSON.stringify({ kiosk: local ?? 'gone', issuer: held ?? 'nothing' })
        trouble(`run ${run}, request ${id}: ${facts}; faults ${played.get(run)?.join(', ')}`)
      }
    }
  }

  try {
    for (const run of runs) {
      await play(run)
      if (run % 25 === 0) say(`${run} runs`)
    }
    await askTheIssuer()
  } catch (error) {
    if (!(error instanceof DoesNotStart)) throw error
    // A kiosk or an issuer that does not start any more has lost all that it was given.
    const told = [...done, ...underWay].filter((work) => work.told).length
    Object.assign(outcome, { saved: told, delivered: 0, lost: told, doubled: 0, stuck: 0 })
    trouble(`does not start any more, with ${told} requests: ${error.message}`)
  }
  for (const crash of [...world.kiosk.child.crashes, ...world.issuer.child.crashes]) trouble(crash)
  return outcome
}

function newWork(random: Random): Pick<Work, 'order' | 'told'> {
  const cid = String(10_000_000_000 + Math.floor(random() * 9_999_999_999))
  const large = random() < 0.15
  const sizes = Array.from({ length: between(random, 1, 3) }, () =>
    between(random, 1, large ? 300_000 : 40_000),
  )
  const kind = random() < 0.3 ? 'reissue' : 'enrolment'
  return { order: { do: 'save', id: zRequestId.parse(ulid()), kind, cid, sizes }, told: false }
}
