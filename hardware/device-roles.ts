/** Which of several devices of one kind does the work for whom. */
import type { DeviceKind, DeviceRole } from './z-device.ts'

/** Who is to be served; or the one device with this id, when a technician tries it. */
export type Served = Exclude<DeviceRole, 'both'> | { id: string }

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
 * @param served absent: everybody
 * @returns those that do it: the ones meant for them, else the ones that nobody is named for, else all. So one device
 *   alone serves everybody, whatever it was meant for.
 */
export function serving<T>(
  devices: readonly T[],
  served: Served | undefined,
  { idOf, roleOf }: { idOf: (device: T) => string; roleOf: RoleOf },
): readonly T[] {
  if (!served) return devices
  if (typeof served === 'object') return devices.filter((one) => idOf(one) === served.id)
  const of = (role: DeviceRole) => devices.filter((one) => roleOf(idOf(one)) === role)
  return [of(served), of('both')].find((some) => some.length > 0) ?? devices
}
