/** One conversation with the printer: how it is, the bytes, and whether they are on paper. */
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../z-device.ts'
import type { PrinterLine } from './printer-line.ts'
import {
  askStatus,
  askWhenPrinted,
  faultOfStatus,
  isPrintedByte,
  isStatusByte,
  statusRequests,
  type StatusRequest,
} from './printer-status.ts'

export interface JobTimes {
  /** how long a printer may take to say how it is */
  answerMs: number
  /** how long the paper may take to come out */
  printMs: number
}

export interface PrintJob {
  status(): Promise<Result<void, DeviceFault>>
  /** Sends, and waits until it is printed. A printer that fails on the way is asked why. */
  print(bytes: Uint8Array, signal?: AbortSignal): Promise<Result<void, DeviceFault>>
}

export function startJob(line: PrinterLine, { answerMs, printMs }: JobTimes): PrintJob {
  let take: ((byte: number) => void) | undefined
  line.onByte((byte) => take?.(byte))

  /** @returns the first byte that fits, or why none came */
  async function ask(
    question: Uint8Array,
    fits: (byte: number) => boolean,
    ms: number,
    signal?: AbortSignal,
  ): Promise<Result<number, DeviceFault>> {
    if (signal?.aborted) return err('device.cancelled')
    const answer = new Promise<Result<number, DeviceFault>>((resolve) => {
      const settle = (result: Result<number, DeviceFault>) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
        take = undefined
        resolve(result)
      }
      const stop = () => settle(err('device.cancelled'))
      const timer = setTimeout(() => settle(err('printer.silent')), ms)
      signal?.addEventListener('abort', stop)
      take = (byte) => {
        if (fits(byte)) settle(ok(byte))
      }
    })
    const sent = await line.write(question)
    return sent.isErr() ? err(sent.error) : answer
  }

  async function status(signal?: AbortSignal): Promise<Result<void, DeviceFault>> {
    const answers: Partial<Record<StatusRequest, number>> = {}
    for (const request of statusRequests) {
      const answer = await ask(askStatus(request), isStatusByte, answerMs, signal)
      if (answer.isErr()) return err(answer.error)
      answers[request] = answer.value
    }
    const fault = faultOfStatus(answers)
    return fault ? err(fault) : ok()
  }

  return {
    status: () => status(),
    async print(bytes, signal) {
      const before = await status(signal)
      if (before.isErr()) return before
      if (signal?.aborted) return err('device.cancelled')
      const sent = await line.write(bytes)
      const printed = sent.isOk()
        ? await ask(askWhenPrinted, isPrintedByte, printMs, signal)
        : err(sent.error)
      if (printed.isOk()) return ok()
      if (printed.error === 'device.cancelled') return err(printed.error)
      // Paper that ran out in the middle says more than "it did not finish".
      const after = await status()
      if (after.isErr() && after.error !== 'printer.silent') return after
      return err(printed.error === 'printer.silent' ? 'printer.stalled' : printed.error)
    },
  }
}
