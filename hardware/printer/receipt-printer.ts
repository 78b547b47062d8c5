/** The receipt printer of the kiosk, if it has one: looked after between slips, and one slip at a time. */
import { err, ok, type Result } from 'neverthrow'
import type { ReceiptPrinterPort } from '../ports.ts'
import type { DriverDevice, DeviceFault } from '../z-device.ts'
import { createUses } from '../uses.ts'
import { encodeReceipt } from './encode-receipt.ts'
import { openFileLine } from './file-line.ts'
import { openNetworkLine } from './network-line.ts'
import { startJob, type JobTimes } from './print-job.ts'
import type { PrinterLine } from './printer-line.ts'
import type { Receipt } from './receipt.ts'
import type { PrinterConfig } from './z-printer.ts'

export interface ReceiptPrinterOptions {
  /** without one there is no printer, and nobody misses it */
  printer?: PrinterConfig | undefined
  /** how often an idle printer is asked how it is, ms */
  lookEveryMs?: number
  /** how long it may take no bytes, ms */
  stallMs?: number
  times?: Partial<JobTimes>
}

const kind = 'receipt-printer'

/** A printer in the same office takes a connection at once; with the pause between looks, two seconds at the most. */
const lookConnectMs = 500

/** Never fails: what is wrong is told by `device()` and by each print. */
export function openReceiptPrinter(options: ReceiptPrinterOptions = {}): ReceiptPrinterPort {
  const { printer, lookEveryMs = 1_500, stallMs = 10_000 } = options
  const times: JobTimes = { answerMs: 1_500, printMs: 20_000, ...options.times }
  const uses = createUses(kind)
  const listeners = new Set<(device: DriverDevice) => void>()
  let state: DriverDevice = printer
    ? { kind, state: 'starting' }
    : { kind, state: 'absent', cause: 'printer.absent', optional: true }
  let talking = false
  let closed = false
  let next: NodeJS.Timeout | undefined
  const name = printer ? (printer.by === 'network' ? `${printer.host}:${printer.port}` : printer.path) : ''

  function become(now: DriverDevice): void {
    if (closed || JSON.stringify(now) === JSON.stringify(state)) return
    state = now
    for (const listener of [...listeners]) listener(now)
  }
  function becomeAfter(result: Result<void, DeviceFault>): void {
    if (result.isOk() || result.error === 'device.cancelled') return become({ kind, state: 'ready', name })
    const cause = result.error
    if (cause === 'printer.unreachable') return become({ kind, state: 'absent', cause })
    become({ kind, state: 'needs-attention', name, cause })
  }

  async function withLine(
    config: PrinterConfig,
    work: (line: PrinterLine) => Promise<Result<void, DeviceFault>>,
    connectMs?: number,
  ): Promise<Result<void, DeviceFault>> {
    const opened =
      config.by === 'network'
        ? await openNetworkLine({
            ...{ host: config.host, port: config.port, stallMs },
            ...(connectMs !== undefined && { connectMs }),
          })
        : await openFileLine({ path: config.path, oneWay: config.oneWay, stallMs })
    if (opened.isErr()) return err(opened.error)
    try {
      return await work(opened.value)
    } finally {
      opened.value.close()
    }
  }

  async function look(config: PrinterConfig): Promise<void> {
    if (!talking) {
      talking = true
      const result = await withLine(
        config,
        async (line) => (config.oneWay ? ok() : startJob(line, times).status()),
        lookConnectMs,
      ).finally(() => (talking = false))
      becomeAfter(result)
    }
    if (!closed) next = setTimeout(() => void look(config), lookEveryMs)
  }

  async function print(
    config: PrinterConfig,
    receipt: Receipt,
    signal: AbortSignal | undefined,
  ): Promise<Result<void, DeviceFault>> {
    let bytes: Uint8Array
    try {
      bytes = await encodeReceipt(receipt, config.dots)
    } catch {
      // The library that draws is missing on this machine; the line to the printer has nothing to do with it.
      return err('printer.cannot-draw')
    }
    return withLine(config, (line) =>
      config.oneWay ? line.write(bytes) : startJob(line, times).print(bytes, signal),
    )
  }

  /** A look at the printer is short; a slip waits for it. */
  async function isFree(): Promise<boolean> {
    for (let waited = 0; talking && waited < 5_000; waited += 50) {
      if (state.state === 'busy') return false
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return !talking
  }

  if (printer) void look(printer)
  return {
    device: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onUse: uses.onUse,
    async print(receipt, signal) {
      if (!printer) return err('printer.absent')
      if (!(await isFree())) return err('printer.busy')
      talking = true
      become({ kind, state: 'busy', name })
      try {
        const result = await print(printer, receipt, signal)
        becomeAfter(result.isErr() && result.error === 'printer.cannot-draw' ? ok() : result)
        if (result.isOk()) uses.told({ name })
        return result
      } finally {
        talking = false
      }
    },
    close() {
      closed = true
      clearTimeout(next)
      listeners.clear()
      return Promise.resolve()
    },
  }
}
