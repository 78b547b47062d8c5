/** By what a device is known again: whatever socket it is in, and after a restart. */
import type { DeviceKind } from './z-device.ts'

/** What a driver can tell of one of its devices. */
export interface Recognised {
  name: string
  serial?: string | undefined
}

/** @returns kind and serial number; kind and name of a device that tells no serial number */
export function deviceId(kind: DeviceKind, { name, serial }: Recognised): string {
  return serial ? `${kind}:${serial}` : `${kind}:name:${name}`
}
