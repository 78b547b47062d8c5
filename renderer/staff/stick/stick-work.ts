/** Work on a stick as the screen sees it: how far it is as it goes on, an answer at the end, and a way to stop. */
import { connection } from '../../lib/app.svelte.ts'
import { refusalOf, type Refusal } from '../../lib/api/ask.ts'
import type { Answer } from '../../../main/api/answer.ts'
import type { StickProgress } from '../../../main/api/z-stick.ts'

type Told<Value> = { kind: 'step'; step: StickProgress } | { kind: 'end'; value: Answer<Value> }
type Subscribe<Value> = (on: { onData: (told: Told<Value>) => void; onError: (error: unknown) => void }) => {
  unsubscribe(): void
}

export interface StickWork<Value> {
  /** `stick.stopped` where it was stopped, `kiosk.unreachable` where the host is gone */
  answer: Promise<Answer<Value>>
  /** ends it behind the piece that is under way */
  stop(): void
}

const refused = (code: Refusal['code'], retry: Refusal['retry']): Refusal => ({ ok: false, code, retry })

export function workOnStick<Value>(
  subscribe: Subscribe<Value>,
  onProgress: (progress: StickProgress) => void,
): StickWork<Value> {
  const { promise, resolve } = Promise.withResolvers<Answer<Value>>()
  const stops: (() => void)[] = []
  const end = (answer: Answer<Value>) => {
    resolve(answer)
    for (const stop of stops.splice(0)) stop()
  }
  const watch = subscribe({
    onData: (told) => (told.kind === 'step' ? onProgress(told.step) : end(told.value)),
    onError: (error) => end(refusalOf(error)),
  })
  stops.push(() => watch.unsubscribe())
  // A subscription would be taken up again with the next connection, and nobody would have asked for it.
  const unwatch = connection.subscribe((state) => {
    if (state !== 'open') end(refused('kiosk.unreachable', 'later'))
  })
  stops.push(unwatch)
  return { answer: promise, stop: () => end(refused('stick.stopped', 'now')) }
}
