/** A virtual HID device that a real kernel believes in, whichever way it is given to the kernel. */
export interface KernelDevice {
  plug(): void
  unplug(): void
  isPlugged(): boolean
  /** Sends input reports one after the other. */
  send(...reports: Uint8Array[]): void
}

/** An output or set-feature report that the kiosk sent; the first byte is the report id. */
export type OnReport = (as: 'output' | 'feature', bytes: Uint8Array) => void
