/**
 * What one driver tells, with what only the kiosk knows: by what each device is known again, its role, when it was used
 * last, and which ones were here and are gone.
 */
import type { DeviceBook } from './device-book.ts'
import { deviceId, type Recognised } from './device-id.ts'
import { takesRole } from './device-roles.ts'
import type { Device, DeviceFault, DeviceKind, DriverDevice } from './z-device.ts'

/** With one of these a driver says that nothing is plugged in; with every other one that it cannot know. */
const nothingThere: ReadonlySet<DeviceFault> = new Set([
  'card.no-reader',
  'hid.absent',
  'finger.no-device',
  'printer.unreachable',
  'camera.absent',
])

/** What is told of a device of which its driver says only that it is no longer there. */
const causeOfGone: Readonly<Record<DeviceKind, DeviceFault>> = {
  'card-reader': 'card.no-reader',
  'fingerprint-scanner': 'finger.no-device',
  'finger-verifier': 'finger.no-device',
  camera: 'camera.absent',
  'code-scanner': 'hid.absent',
  'uid-reader': 'hid.absent',
  'receipt-printer': 'printer.unreachable',
}

type Named = Exclude<DriverDevice, { state: 'absent' | 'starting' }>
interface Seen extends Recognised {
  kind: DeviceKind
  goneSince?: string
}

interface Parts {
  told: () => readonly DriverDevice[]
  book: Pick<DeviceBook, 'of'>
  now: () => string
  /** the driver chooses one: another one in its place says nothing about the one before */
  oneAtATime?: boolean
}

/** @returns a function that gives the devices of this driver as they are now */
export function watchAttached({ told, book, now, oneAtATime }: Parts): () => Device[] {
  /** by id, in the order in which they came */
  const seen = new Map<string, Seen>()

  const about = (kind: DeviceKind, one: Recognised) => {
    const id = deviceId(kind, one)
    const { role, lastUse } = book.of(id)
    return {
      id,
      name: one.name,
      ...(one.serial && { serial: one.serial }),
      knownBy: one.serial ? ('serial' as const) : ('name' as const),
      ...(takesRole(kind) && { role: role ?? 'both' }),
      ...(lastUse && { lastUse }),
    }
  }

  return () => {
    const devices = told()
    const here = new Map<string, Device>()
    if (oneAtATime && devices.some(isOne)) seen.clear()
    for (const device of devices.filter(isOne)) {
      const full = { ...device, ...about(device.kind, device) }
      // Two that cannot be told apart count as one, and the one that works is it.
      if (here.get(full.id)?.state !== 'ready') here.set(full.id, full)
      seen.set(full.id, { kind: device.kind, name: device.name, serial: device.serial })
    }
    const unknown = devices.some(
      (one) => !isOne(one) && !(one.state === 'absent' && nothingThere.has(one.cause)),
    )
    const gone: Device[] = []
    for (const [id, one] of seen) {
      // A driver that is just starting, or whose service is down, does not know what is plugged in.
      if (here.has(id) || (unknown && !one.goneSince)) continue
      one.goneSince ??= now()
      const { kind, goneSince: since } = one
      const device = about(kind, one)
      const replaced = [...here.values()].some((other) => other.kind === kind && isFit(other))
      const optional = replaced && (device.role ?? 'both') === 'both'
      gone.push({
        ...device,
        kind,
        state: 'gone',
        since,
        cause: causeOfGone[kind],
        ...(optional && { optional }),
      })
    }
    const rest = devices
      .filter((one) => !isOne(one))
      .filter(
        ({ kind, ...one }) =>
          !(
            one.state === 'absent' &&
            nothingThere.has(one.cause) &&
            gone.some((other) => other.kind === kind)
          ),
      )
      .map((one) => ({ ...one, id: one.kind }))
    return [...here.values(), ...gone, ...rest]
  }
}

/** A driver that has stopped speaks of itself and not of a device. */
const isOne = (device: DriverDevice): device is Named =>
  'name' in device && !('cause' in device && device.cause === 'device.driver-stopped')

const isFit = ({ state }: Device) => state === 'ready' || state === 'busy'
