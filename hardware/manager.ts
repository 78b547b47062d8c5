/**
 * The devices of this kiosk, in one list. The host owns the drivers of the card readers and the fingerprint scanners,
 * and of whatever else is attached; the camera belongs to the page, which tells its state here.
 */
import { watchAttached } from './attached.ts'
import type { DeviceBook } from './device-book.ts'
import { deviceId, type Recognised } from './device-id.ts'
import type { UseListener } from './uses.ts'
import { takesRole } from './device-roles.ts'
import {
  type CameraReport,
  type Device,
  type DeviceKind,
  type DeviceRole,
  type DriverDevice,
} from './z-device.ts'

/** The part of a port that the manager needs. */
export interface ManagedDevice {
  device(): DriverDevice
  /** all of them, where there may be several */
  devices?(): readonly DriverDevice[]
  onChange(listener: (device: DriverDevice) => void): () => void
  /** Called when a device has done its work for somebody. */
  onUse?(listener: UseListener): () => void
  close(): Promise<void>
}

export interface DeviceManager {
  /** card readers, fingerprint scanners and camera, in this order, then the others as they were given */
  list(): Device[]
  /** Called on each change of any device. @returns the way to stop it */
  onChange(listener: (device: Device) => void): () => void
  /** What the page says of its camera. */
  setCamera(camera: CameraReport): void
  /** A picture of the camera was used. */
  cameraUsed(): void
  /**
   * Says whom a device serves; it may be unplugged just now. Resolves when it is on the disk.
   * @returns false for a device that is not in the list or whose kind takes no role @throws the system's error
   */
  setRole(id: string, role: DeviceRole): Promise<boolean>
  /** Closes the drivers. Safe to call twice. */
  close(): Promise<void>
}

interface Parts {
  /** the drivers; they are closed with the manager */
  cards: ManagedDevice
  fingers: ManagedDevice
  others?: readonly ManagedDevice[]
  book: DeviceBook
  clock?: { now(): number }
}

export function createDeviceManager({
  cards,
  fingers,
  others = [],
  book,
  clock = Date,
}: Parts): DeviceManager {
  const listeners = new Set<(device: Device) => void>()
  const now = () => new Date(clock.now()).toISOString()
  // Until a page has looked, nothing is known of a camera.
  let camera: DriverDevice = { kind: 'camera', state: 'starting' }
  let closing: Promise<void> | undefined

  const listOf = (port: ManagedDevice) =>
    watchAttached({ told: () => port.devices?.() ?? [port.device()], book, now })
  const ports = [cards, fingers, ...others]
  const lists = [
    listOf(cards),
    listOf(fingers),
    watchAttached({ told: () => [camera], book, now, oneAtATime: true }),
    ...others.map(listOf),
  ]
  const list = () => lists.flatMap((one) => one())

  /** by id, as it was told last */
  let told = new Map<string, string>()
  const texts = (devices: readonly Device[]) => new Map(devices.map((one) => [one.id, JSON.stringify(one)]))
  function tellChanges(): void {
    const devices = list()
    const before = told
    told = texts(devices)
    for (const device of devices) {
      if (before.get(device.id) === told.get(device.id)) continue
      for (const listener of [...listeners]) listener(device)
    }
  }
  function noteUse(kind: DeviceKind, used: Recognised): void {
    book.noteUse(deviceId(kind, used), now())
    tellChanges()
  }
  told = texts(list())
  const stops = ports.flatMap((port) => [
    port.onChange(tellChanges),
    port.onUse?.(noteUse) ?? (() => undefined),
  ])

  async function close(): Promise<void> {
    for (const stop of stops) stop()
    listeners.clear()
    await Promise.all(ports.map((port) => port.close()))
  }

  return {
    list,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setCamera(told) {
      camera = { kind: 'camera', ...told }
      tellChanges()
    },
    cameraUsed() {
      if ('name' in camera) noteUse('camera', camera)
    },
    async setRole(id, role) {
      const device = list().find((one) => one.id === id)
      if (!device || !('role' in device) || !takesRole(device.kind)) return false
      await book.setRole(id, role)
      tellChanges()
      return true
    },
    close: () => (closing ??= close()),
  }
}
