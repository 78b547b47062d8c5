/**
 * Takes in what the kiosks have written. Whatever arrives twice, late, half or reordered has one effect: each step is
 * decided by what the registry already holds, and each receipt is written under its own number.
 *
 * It follows the changes of each outbox from where it was, and looks only where something was written or a payload came:
 * kiosks that say nothing cost nothing. Several outboxes are taken in side by side; each by itself is taken in order.
 */
import { inTurn } from '../../in-turn.ts'
import { isStatus } from '../../outbox.ts'
import type { Registry } from '../registry.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import { createPlaces } from './places.ts'
import { slots } from './slots.ts'
import { createSteps, type Steps, type StepsOptions } from './steps.ts'

export interface Intake extends Pick<Steps, 'collected'> {
  /** reads on in one outbox, or in all */
  look(kiosk?: string): Promise<void>
  /** takes up what was open when the issuer stopped, and follows from there */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface IntakeOptions extends StepsOptions {
  store: KioskStore
  registry: Registry
  uploads: StepsOptions['uploads'] & { onArrived(listener: (sha256: string) => void): void }
  /** between two tries of what failed here (disk full and the like) */
  retryMs?: number
  /** outboxes that are taken in at the same time */
  sideBySide?: number
}

/** Documents that are in memory at once of one outbox. */
const pageSize = 50
/** What was taken in is written down so long after. */
const keepMs = 1_000

export function createIntake(options: IntakeOptions): Intake {
  const { store, registry, uploads, onProblem, retryMs = 5_000, sideBySide = 16 } = options
  const steps = createSteps(options)
  const side = slots(sideBySide)
  const inOrder = inTurn()
  const places = createPlaces(store, side, onProblem)
  /** kiosks whose outbox will be read, and has not been begun to be */
  const toRead = new Map<string, Promise<void>>()
  const underWay = new Set<Promise<unknown>>()
  const timers: ReturnType<typeof setInterval>[] = []

  const problem = (what: string, error: unknown) =>
    onProblem(`${what}: ${error instanceof Error ? error.name : 'unknown'}`)

  /** Work on one kiosk, when it is its turn; it never throws. */
  function ofKiosk(kiosk: string, work: () => Promise<void>): Promise<void> {
    const done = inOrder(kiosk, () => side(work)).catch((error: unknown) => {
      problem('intake stopped short', error)
    })
    underWay.add(done)
    void done.finally(() => underWay.delete(done))
    return done
  }

  async function take(kiosk: string, id: string, document: unknown): Promise<void> {
    try {
      const entry = await registry.kiosk(kiosk)
      if (entry && entry.stolen === undefined) await steps.take(entry, id, document)
      places.handled(kiosk, id)
    } catch (error) {
      // One that cannot be handled must not hold up the others.
      places.failed(kiosk, { id })
      problem('intake failed', error)
    }
  }

  async function takeAgain(kiosk: string, id: string): Promise<void> {
    let document: unknown
    try {
      document = await store.outbox(kiosk).get(id)
    } catch (error) {
      // What cannot be read just now is no document that cannot be read.
      if (!isStatus(error, 404)) return places.failed(kiosk, { id })
    }
    await take(kiosk, id, document)
  }

  async function readOn(kiosk: string): Promise<void> {
    try {
      let since = await places.of(kiosk)
      for (;;) {
        const changes = { since, include_docs: true, limit: pageSize }
        const { results, last_seq } = await store.outbox(kiosk).changes(changes)
        for (const { id, doc } of results) await take(kiosk, id, doc)
        since = last_seq
        places.moveTo(kiosk, last_seq)
        if (results.length < pageSize) return
      }
    } catch (error) {
      // The store does not answer: nobody will tell of these documents a second time.
      places.failed(kiosk, { unread: true })
      problem('outbox not read', error)
    }
  }

  /** Of many who ask for it before it begins, one reading is enough. */
  function follow(kiosk: string): Promise<void> {
    const asked = toRead.get(kiosk)
    if (asked) return asked
    const done = ofKiosk(kiosk, () => {
      toRead.delete(kiosk)
      return readOn(kiosk)
    })
    toRead.set(kiosk, done)
    return done
  }

  async function arrived(sha256: string): Promise<void> {
    try {
      for (const { id, kiosk, waitsFor } of await registry.waitingFor(sha256)) {
        // The last of them to come finds all the others.
        if (await steps.isAllThere(waitsFor)) void ofKiosk(kiosk, () => takeAgain(kiosk, `request:${id}`))
      }
    } catch (error) {
      problem('arrival not looked at', error)
      lookAtOpen = true
    }
  }
  let lookAtOpen = false

  /** @param onlyWhole leaves alone what still waits */
  async function takeUpOpen(onlyWhole: boolean): Promise<void> {
    for await (const { id, kiosk, waitsFor } of registry.openRequests()) {
      if (onlyWhole && !(await steps.isAllThere(waitsFor))) continue
      await side(async () => void ofKiosk(kiosk, () => takeAgain(kiosk, `request:${id}`)))
      if (underWay.size > 4 * sideBySide) await Promise.race(underWay)
    }
  }

  async function tryAgain(): Promise<void> {
    const again = places
      .toTryAgain()
      .flatMap(({ kiosk, unread, ids }) => [
        ...(unread ? [follow(kiosk)] : []),
        ...ids.map((id) => ofKiosk(kiosk, () => takeAgain(kiosk, id))),
      ])
    await Promise.all(again)
    if (!lookAtOpen) return
    lookAtOpen = false
    await takeUpOpen(true).catch(() => (lookAtOpen = true))
  }

  const rounds = new Map<string, Promise<void>>()
  /** A round that takes longer than its pause is not begun a second time. */
  function once(name: string, round: () => Promise<void>): void {
    if (rounds.has(name)) return
    rounds.set(
      name,
      round().finally(() => rounds.delete(name)),
    )
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
  }

  async function lookAtAll(): Promise<void> {
    await Promise.all((await registry.kiosks()).map(({ id }) => follow(id)))
  }

  return {
    collected: steps.collected,
    look: (kiosk) => (kiosk === undefined ? lookAtAll() : follow(kiosk)),
    async start() {
      store.onWritten((kiosk) => void follow(kiosk))
      uploads.onArrived((sha256) => void arrived(sha256))
      timers.push(setInterval(() => once('retry', tryAgain), retryMs))
      timers.push(setInterval(() => once('keep', places.keep), keepMs))
      await takeUpOpen(false).catch((error: unknown) => {
        problem('open requests not taken up', error)
        lookAtOpen = true
      })
      await lookAtAll()
      await settled()
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await settled()
      await Promise.all(rounds.values())
      await places.keep()
    },
  }
}
