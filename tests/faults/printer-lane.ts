/** Faults of the receipt printer over ESC/POS: of the paper, the machine and the cable. */
import type { ReceiptPrinterPort } from '../../hardware/ports.ts'
import type { Receipt } from '../../hardware/printer/receipt.ts'
import type { PrinterFault } from '../../hardware/simulators/printer/virtual-printer.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import type { Simulator } from '../integration/simulator-process.ts'
import { becomes, between, isReady, type Fault, type Lane } from './lane.ts'

/** A slow printer prints all the same: nothing to tell. */
const causes: Readonly<Record<Exclude<PrinterFault, 'slow'>, DeviceFault>> = {
  'paper-out': 'printer.paper-out',
  'paper-ends': 'printer.paper-out',
  'cover-open': 'printer.cover-open',
  jammed: 'printer.jammed',
  offline: 'printer.offline',
  stuck: 'printer.stalled',
  deaf: 'printer.silent',
  mute: 'printer.silent',
}
const breaking = Object.entries(causes)

/** As long as a slip is, so that paper can end in the middle of it. */
const lines = Array.from({ length: 8 }, (_none, n) => `Line ${n + 1} of the slip that the citizen takes home`)
const slip: Receipt = [
  { kind: 'text', text: 'Enrolment slip', size: 'title' },
  ...lines.map((text) => ({ kind: 'text', text, size: 'normal' }) as const),
  { kind: 'line' },
  { kind: 'qr', text: 'btkiosk:printer-test' },
]

export function printerLane(printer: ReceiptPrinterPort, simulator: Simulator): Lane {
  const print = async (signal?: AbortSignal) => {
    const result = await printer.print(slip, signal)
    return result.isErr() ? result.error : undefined
  }
  const playing = (name: string, cause: DeviceFault, act: Fault['play'], played = name): Fault => ({
    ...{ name, expected: [cause], deadlineMs: 15_000 },
    async play(random) {
      await becomes('the printer is ready', isReady(printer))
      await simulator.post('/fault', { fault: played })
      const told = await act(random)
      await simulator.post('/fault', { fault: null })
      return told
    },
  })
  return {
    device: 'receipt-printer',
    faults: [
      ...breaking.map(([name, cause]) => playing(name, cause, () => print())),
      playing(
        'cancelled',
        'device.cancelled',
        (random) => print(AbortSignal.timeout(between(random, 0, 200))),
        'deaf',
      ),
    ],
    async works() {
      await becomes('the printer is ready', isReady(printer))
      const trouble = await print()
      if (trouble) throw new Error(`A slip is not printed: ${trouble}`)
    },
    close: () => simulator.stop(),
  }
}
