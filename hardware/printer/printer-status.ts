/**
 * What a printer says of itself: DLE EOT n (Epson's ESC/POS reference), which it answers at once, also while it is
 * offline. Each answer is one byte whose bits 1 and 4 are set and 0 and 7 are not.
 */
import type { DeviceFault } from '../z-device.ts'

export const statusRequests = [1, 2, 3, 4] as const
export type StatusRequest = (typeof statusRequests)[number]

export const askStatus = (request: StatusRequest): Uint8Array => Uint8Array.of(0x10, 0x04, request)

/** GS r 1 is answered in its turn: when everything before it is on paper. */
export const askWhenPrinted = Uint8Array.of(0x1d, 0x72, 0x01)

export const isStatusByte = (byte: number): boolean => (byte & 0b1001_0011) === 0b0001_0010

/** The answer to GS r 1 has bits 4 and 7 clear, so the two kinds cannot be taken for each other. */
export const isPrintedByte = (byte: number): boolean => (byte & 0b1001_0000) === 0

/** @returns the most urgent thing that a person must do, or undefined when it can print */
export function faultOfStatus(
  answers: Readonly<Partial<Record<StatusRequest, number>>>,
): DeviceFault | undefined {
  const bit = (request: StatusRequest, mask: number) => ((answers[request] ?? 0) & mask) !== 0
  if (bit(2, 0x04)) return 'printer.cover-open'
  if (bit(4, 0x60) || bit(2, 0x20)) return 'printer.paper-out'
  if (bit(3, 0x68) || bit(2, 0x40)) return 'printer.jammed'
  if (bit(1, 0x08)) return 'printer.offline'
  return undefined
}
