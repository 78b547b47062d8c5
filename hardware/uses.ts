/** Tells that a device has done its work for somebody. */
import type { Recognised } from './device-id.ts'
import type { DeviceKind } from './z-device.ts'

export type UseListener = (kind: DeviceKind, used: Recognised) => void

export function createUses(kind: DeviceKind) {
  const listeners = new Set<UseListener>()
  return {
    onUse(listener: UseListener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    told(used: Recognised): void {
      for (const listener of [...listeners]) listener(kind, used)
    },
  }
}
