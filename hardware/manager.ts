/**
 * The devices of this kiosk, in one list. The host owns the drivers of the card reader and the fingerprint scanner, and
 * of whatever else is attached; the camera belongs to the page, which tells its state here.
 */
import type { CardReaderPort, FingerprintPort } from './ports.ts'
import type { CameraReport, Device } from './z-device.ts'

/** The part of a port that the manager needs. */
export type ManagedDevice = Pick<CardReaderPort, 'device' | 'onChange' | 'close'>

export interface DeviceManager {
  /** card reader, fingerprint scanner and camera, in this order, then the others as they were given */
  list(): Device[]
  /** Called on each change of any device. @returns the way to stop it */
  onChange(listener: (device: Device) => void): () => void
  /** What the page says of its camera. */
  setCamera(camera: CameraReport): void
  /** Closes the drivers. Safe to call twice. */
  close(): Promise<void>
}

/** @param ports the drivers; they are closed with the manager */
export function createDeviceManager(ports: {
  cards: CardReaderPort
  fingers: FingerprintPort
  others?: readonly ManagedDevice[]
}): DeviceManager {
  const { cards, fingers, others = [] } = ports
  const listeners = new Set<(device: Device) => void>()
  // Until a page has looked, nothing is known of a camera.
  let camera: Device = { kind: 'camera', state: 'starting' }
  let closing: Promise<void> | undefined
  const tell = (device: Device) => {
    for (const listener of [...listeners]) listener(device)
  }
  const stops = [cards, fingers, ...others].map((port) => port.onChange(tell))

  async function close(): Promise<void> {
    for (const stop of stops) stop()
    listeners.clear()
    await Promise.all([cards, fingers, ...others].map((port) => port.close()))
  }

  return {
    list: () => [cards.device(), fingers.device(), camera, ...others.map((port) => port.device())],
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setCamera(told) {
      const now: Device = { kind: 'camera', ...told }
      if (JSON.stringify(now) === JSON.stringify(camera)) return
      camera = now
      tell(now)
    },
    close: () => (closing ??= close()),
  }
}
