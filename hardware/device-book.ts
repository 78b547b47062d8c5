/** What the manager remembers of each device by its id; the host keeps it on the disk. */
import type { DeviceRole } from './z-device.ts'

export interface DeviceNote {
  role?: DeviceRole | undefined
  /** ISO 8601 */
  lastUse?: string | undefined
}

export interface DeviceBook {
  of(id: string): DeviceNote
  /** Resolves when it is on the disk. @throws the system's error; then nothing has changed */
  setRole(id: string, role: DeviceRole): Promise<void>
  /** Never fails: a note that the disk refuses lasts until the next start. */
  noteUse(id: string, at: string): void
}
