/** Which of several devices of one kind does the work for whom. */
import type { DeviceKind, DeviceRole } from './z-device.ts'

/** Who stands before it. */
export type Served = Exclude<DeviceRole, 'both'>

/** Tells the role that a technician gave to the device with this id. */
export type RoleOf = (id: string) => DeviceRole

/** Kinds of which an office has one for the officer and one for the citizen. */
const kindsWithRoles: ReadonlySet<DeviceKind> = new Set([
  'card-reader',
  'fingerprint-scanner',
  'code-scanner',
])

export const takesRole = (kind: DeviceKind) => kindsWithRoles.has(kind)

/**
 * @param served who is to be served; absent: everybody
 * @returns those that do it: the ones meant for them, else the ones that nobody is named for, else all. So one device
 *   alone serves everybody, whatever it was meant for.
 */
export function serving<T>(
  devices: readonly T[],
  served: Served | undefined,
  roleOf: (device: T) => DeviceRole,
): readonly T[] {
  if (!served) return devices
  const of = (role: DeviceRole) => devices.filter((one) => roleOf(one) === role)
  return [of(served), of('both')].find((some) => some.length > 0) ?? devices
}
