/**
 * Takes in what the kiosks have written. Whatever arrives twice, late, half or reordered has one effect: each step is
 * decided by what the registry already holds, and each receipt is written under its own number.
 *
 * It follows the changes of each outbox from where it was, and looks only where something was written or a payload came:
 * kiosks that say nothing cost nothing.
 */
import { isStatus } from '../../outbox.ts'
import type { KioskEntry, Registry } from '../registry.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Uploads } from '../uploads.ts'
import { createSteps, type Steps, type StepsOptions } from './steps.ts'

export interface Intake extends Pick<Steps, 'say'> {
  /** reads on in one outbox, or in all */
  look(kiosk?: string): Promise<void>
  /** takes up what was open when the issuer stopped, and follows from there */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface IntakeOptions extends StepsOptions {
  store: KioskStore
  registry: Registry
  uploads: Pick<Uploads, 'has' | 'read' | 'onArrived'>
  /** between two tries of what failed here (disk full and the like) */
  retryMs?: number
}

export function createIntake(options: IntakeOptions): Intake {
  const { store, registry, uploads, onProblem, retryMs = 5_000 } = options
  const steps = createSteps(options)
  /** document id → its kiosk; each waits for a payload, or failed and is tried again */
  const waiting = new Map<string, { kiosk: KioskEntry; failed: boolean; parts: readonly string[] }>()
  /** kiosks whose outbox could not be read when there was something new in it */
  const unread = new Set<string>()
  let work: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setInterval> | undefined

  async function take(kiosk: KioskEntry, id: string, document: unknown): Promise<void> {
    const key = `${kiosk.id} ${id}`
    try {
      const missing = await steps.take(kiosk, id, document)
      if (missing.length > 0) waiting.set(key, { kiosk, failed: false, parts: missing })
      else waiting.delete(key)
    } catch (error) {
      // One that cannot be handled must not hold up the others.
      waiting.set(key, { kiosk, failed: true, parts: [] })
      onProblem(`intake failed: ${error instanceof Error ? error.name : 'unknown'}`)
    }
  }

  async function follow(kiosk: KioskEntry): Promise<void> {
    try {
      await readOn(kiosk)
      unread.delete(kiosk.id)
    } catch (error) {
      // The store does not answer, or its disk is full: nobody will tell of these documents a second time.
      unread.add(kiosk.id)
      onProblem(`outbox not read: ${error instanceof Error ? error.name : 'unknown'}`)
    }
  }

  async function readOn(kiosk: KioskEntry): Promise<void> {
    const since = await store.seenTo(kiosk.id)
    const { results, last_seq } = await store.outbox(kiosk.id).changes({ since, include_docs: true })
    for (const { id, doc } of results) await take(kiosk, id, doc)
    if (results.length > 0) await store.setSeenTo(kiosk.id, last_seq)
  }

  async function again(
    which: (one: { failed: boolean; parts: readonly string[] }) => boolean,
  ): Promise<void> {
    for (const [key, one] of [...waiting].filter(([, one]) => which(one)))
      await takeAgain(one.kiosk, key.slice(one.kiosk.id.length + 1))
  }

  /** What cannot be read now is no document that cannot be read: it stays as it is, and is tried again. */
  async function takeAgain(kiosk: KioskEntry, id: string): Promise<void> {
    let document: unknown
    try {
      document = await store.outbox(kiosk.id).get(id)
    } catch (error) {
      if (!isStatus(error, 404)) {
        waiting.set(`${kiosk.id} ${id}`, { kiosk, failed: true, parts: [] })
        return
      }
    }
    await take(kiosk, id, document)
  }

  async function takeUp(): Promise<void> {
    for (const { id, kiosk: name } of await registry.openRequests()) {
      const kiosk = await registry.kiosk(name)
      if (kiosk) await takeAgain(kiosk, `request:${id}`)
    }
    for (const kiosk of await registry.kiosks()) await follow(kiosk)
  }

  async function readUnread(): Promise<void> {
    for (const id of [...unread]) {
      const kiosk = await registry.kiosk(id)
      if (kiosk) await follow(kiosk)
    }
  }

  function inOrder(step: () => Promise<void>): Promise<void> {
    work = work.then(step).catch((error: unknown) => {
      onProblem(`intake stopped short: ${error instanceof Error ? error.name : 'unknown'}`)
    })
    return work
  }

  return {
    say: steps.say,
    look: (kiosk) =>
      inOrder(async () => {
        const one = kiosk === undefined ? undefined : await registry.kiosk(kiosk)
        for (const each of kiosk === undefined ? await registry.kiosks() : one ? [one] : [])
          await follow(each)
      }),
    async start() {
      store.onWritten((kiosk) => {
        void inOrder(async () => {
          const entry = await registry.kiosk(kiosk)
          if (entry) await follow(entry)
        })
      })
      uploads.onArrived((sha256) => void inOrder(() => again(({ parts }) => parts.includes(sha256))))
      timer = setInterval(() => {
        if ([...waiting.values()].some(({ failed }) => failed)) void inOrder(() => again((one) => one.failed))
        if (unread.size > 0) void inOrder(readUnread)
      }, retryMs)
      await inOrder(takeUp)
    },
    async stop() {
      clearInterval(timer)
      await work
    },
  }
}
