/** The line to a printer, network or device file, as bytes both ways. */
import type { Result } from 'neverthrow'
import type { DeviceFault } from '../z-device.ts'

export interface PrinterLine {
  /** Sends everything; `printer.stalled` when the printer takes nothing more for a while. */
  write(bytes: Uint8Array): Promise<Result<void, DeviceFault>>
  /** Called for each byte that comes back. */
  onByte(listener: (byte: number) => void): void
  close(): void
}

export type OpenLine = () => Promise<Result<PrinterLine, DeviceFault>>
