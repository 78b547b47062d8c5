/** One effect, whatever comes twice, late, half or reordered, and wherever between two writes the issuer is cut off. */
import { afterAll, describe, expect, test } from 'vitest'
import { ulid } from 'ulid'
import { clearIntakeWorlds, intakeWorld, makeFor, type Fault } from './intake-world.ts'

afterAll(clearIntakeWorlds)
const whole = { said: ['received', 'checking', 'ready'], known: 'ready', claims: true, open: 0, names: 0 }

type World = Awaited<ReturnType<typeof intakeWorld>>

/** Until nothing changes any more. */
async function ended(
  world: World,
  kiosk: World['kiosks'][number],
  made: Awaited<ReturnType<typeof makeFor>>,
  orIf = () => false,
) {
  for (let tries = 0; ; tries += 1) {
    const now = await world.ended(kiosk, made)
    if ((now.known === 'ready' && now.open === 0) || tries === 60 || orIf()) return now
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe.each<[string, Omit<Fault, 'atWrite'>, boolean]>([
  ['is cut off before', { told: 'not-done', forGood: true }, true],
  ['is cut off right after', { told: 'done', forGood: true }, true],
  ['fails once, and it goes on by itself, at', { told: 'not-done', forGood: false }, false],
  ['is done but called failed, once, at', { told: 'done', forGood: false }, false],
])('an issuer that %s', (_name, how, restarts) => {
  test('each of its writes says and keeps the same', async () => {
    let reached = 0
    for (let atWrite = 1; ; atWrite += 1) {
      const world = await intakeWorld()
      const [kiosk] = world.kiosks
      const made = await makeFor(kiosk, '10000000001')
      const [first, second] = made.blobs
      if (!first || !second) throw new Error('two payloads')
      world.fail({ ...how, atWrite })
      await world.write(kiosk, made)
      await world.arrive(first)
      await world.write(kiosk, made)
      await world.arrive(second)
      // As far as it comes before the cut; where it goes on by itself, to its end.
      if (restarts) await ended(world, kiosk, made, () => world.counted().failed > 0)
      else await ended(world, kiosk, made)
      const { failed } = world.counted()
      await world.restart()
      expect(await ended(world, kiosk, made), `write ${atWrite}`).toEqual(whole)
      await world.restart()
      expect(await world.ended(kiosk, made), `write ${atWrite}, started again`).toEqual(whole)
      await world.close()
      if (failed === 0) break
      reached = atWrite
    }
    // Received, and the registry; claim, words, and the registry: at the least.
    expect(reached).toBeGreaterThanOrEqual(5)
  })
})

type Step = 'document' | 'document again' | 'first payload' | 'second payload' | 'restart'
const steps: readonly Step[] = ['document', 'document again', 'first payload', 'second payload', 'restart']

function* ordersOf<T>(all: readonly T[]): Generator<T[]> {
  if (all.length === 0) yield []
  for (const [n, one] of all.entries()) for (const rest of ordersOf(all.toSpliced(n, 1))) yield [one, ...rest]
}

test('document, payloads and a restart in any order end the same', async () => {
  // Every eleventh of the 120: each step comes at each place.
  for (const [n, order] of [...ordersOf(steps)].entries()) {
    if (n % 11 !== 0) continue
    const world = await intakeWorld()
    const [kiosk] = world.kiosks
    const made = await makeFor(kiosk, '10000000002')
    const [first, second] = made.blobs
    if (!first || !second) throw new Error('two payloads')
    for (const step of order) {
      if (step === 'restart') await world.restart()
      else if (step === 'first payload') await world.arrive(first)
      else if (step === 'second payload') await world.arrive(second)
      else await world.write(kiosk, made)
    }
    expect(await ended(world, kiosk, made), order.join(', ')).toEqual(whole)
    await world.close()
  }
})

describe('of two at the same moment', () => {
  test('that bear one number, the first one’s kiosk has it and the other is told', async () => {
    const world = await intakeWorld()
    const [a, b] = world.kiosks
    const id = ulid()
    const ofA = await makeFor(a, '10000000003', id)
    const ofB = await makeFor(b, '10000000004', id)
    for (const blob of [...ofA.blobs, ...ofB.blobs]) await world.arrive(blob)
    await Promise.all([world.write(a, ofA), world.write(b, ofB)])
    const [atA, atB] = [await world.ended(a, ofA), await world.ended(b, ofB)]
    const said = [atA.said, atB.said].toSorted((x, y) => x.length - y.length)
    expect(said).toEqual([['rejected duplicate-request'], whole.said])
    await world.close()
  })

  test('for one citizen, one is ready and the other is a duplicate', async () => {
    const world = await intakeWorld()
    const [a, b] = world.kiosks
    const [ofA, ofB] = [await makeFor(a, '10000000005'), await makeFor(b, '10000000005')]
    for (const blob of [...ofA.blobs, ...ofB.blobs]) await world.arrive(blob)
    await Promise.all([world.write(a, ofA), world.write(b, ofB)])
    const ends = [await world.ended(a, ofA), await world.ended(b, ofB)].map(({ said }) => said.at(-1))
    expect(ends.toSorted()).toEqual(['ready', 'rejected duplicate-request'])
    await world.close()
  })
})
