/** Reading a passport as the screen sees it: its steps as they come, an answer at the end, and a way to leave. */
import { api, connection } from '../../../lib/app.svelte.ts'
import { refusalOf, type Refusal } from '../../../lib/api/ask.ts'
import type { Answer } from '../../../../main/api/answer.ts'
import type { Draft } from '../../../../main/api/z-enrolment.ts'
import type { AccessKeyInput, ReadingStep } from '../../../../main/api/z-travel-document.ts'

export interface DocumentReading {
  /** `device.cancelled` where it was left, `kiosk.unreachable` where the host is gone */
  answer: Promise<Answer<Draft>>
  /** the conversation with the chip ends at its next step */
  leave(): void
}

const refused = (code: Refusal['code'], retry: Refusal['retry']): Refusal => ({ ok: false, code, retry })

export function readDocument(
  id: string,
  key: AccessKeyInput,
  onStep: (step: ReadingStep) => void,
): DocumentReading {
  const { promise, resolve } = Promise.withResolvers<Answer<Draft>>()
  const stops: (() => void)[] = []
  const end = (answer: Answer<Draft>) => {
    resolve(answer)
    for (const stop of stops.splice(0)) stop()
  }
  const watch = api.enrolment.readTravelDocument.subscribe(
    { id, key },
    {
      onData: (told) => (told.kind === 'step' ? onStep(told.step) : end(told.value)),
      onError: (error) => end(refusalOf(error)),
    },
  )
  stops.push(() => watch.unsubscribe())
  // A subscription would be taken up again with the next connection, and the key be tried a second time.
  const unwatch = connection.subscribe((state) => {
    if (state !== 'open') end(refused('kiosk.unreachable', 'later'))
  })
  stops.push(unwatch)
  return { answer: promise, leave: () => end(refused('device.cancelled', 'now')) }
}
