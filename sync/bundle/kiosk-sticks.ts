/** All that a kiosk does with sticks, put together: its own requests, answers for it, and what it carries for others. */
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import type { Blobs } from '../blobs.ts'
import type { Inbox } from '../inbox.ts'
import type { Outbox } from '../outbox.ts'
import type { Random } from '../packet.ts'
import type { QueueIndex } from '../queue-index.ts'
import { PayloadGone } from './bundle-stream.ts'
import { Carried, heldBytes, type CarriedBundle } from './carried.ts'
import { ExportPlans } from './export-plans.ts'
import type { KioskAccess } from './kiosk-access.ts'
import { createKioskExport, type KioskExport, type WriteParts } from './kiosk-export.ts'
import { createKioskImport, type KioskImport } from './kiosk-import.ts'
import type { StickFault } from './stick-fault.ts'
import { TakenBook } from './taken-book.ts'
import { writeBundle } from './write-bundle.ts'

export interface KioskSticksOptions {
  /** everything of it is made below this folder */
  dataDir: string
  outbox: Pick<Outbox, 'database'>
  inbox: Inbox
  index: QueueIndex
  blobs: Pick<Blobs, 'read'>
  access: () => KioskAccess | undefined
  clock: { now(): number }
  random: Random
  /** most bytes of other kiosks' bundles */
  quotaBytes: number
  roomBytes: () => Promise<number | undefined>
}

export interface KioskSticks {
  /** this kiosk's own requests */
  readonly export: KioskExport
  readonly import: KioskImport
  /** what this kiosk carries for others, oldest first */
  readonly carried: Carried
  readonly taken: TakenBook
  /** Copies what is carried to another stick; it stays here, too. @returns how many bundles and bytes are on it now */
  passOn(
    medium: string,
    more: WriteParts,
  ): Promise<Result<{ bundles: number; bytes: number }, StickFault | 'stopped'>>
}

export async function openKioskSticks(options: KioskSticksOptions): Promise<KioskSticks> {
  const { dataDir, clock, quotaBytes, roomBytes } = options
  const plans = await ExportPlans.open(join(dataDir, 'exports'), clock.now())
  const carried = await Carried.open({ folder: join(dataDir, 'carried'), clock, quotaBytes, roomBytes })
  const taken = await TakenBook.open(join(dataDir, 'taken-bundles'))

  async function copy(bundle: CarriedBundle, medium: string, more: WriteParts) {
    const { head, headBytes, id } = bundle
    return writeBundle({
      ...{ medium, head, headBytes },
      ...more,
      volume: async (n) => {
        const bytes = await carried.volume(id, n)
        if (!bytes) throw new PayloadGone(head.volumes[n]?.sha256 ?? '')
        return bytes
      },
    })
  }

  return {
    export: createKioskExport({ ...options, plans }),
    import: createKioskImport({ ...options, carried, taken }),
    ...{ carried, taken },
    async passOn(medium, { onProgress, ...more }) {
      const whole = carried.list().filter(({ held, head }) => held.size === head.volumes.length)
      const total = whole.reduce((sum, one) => sum + one.bytes, 0)
      let bundles = 0
      let bytes = 0
      for (const bundle of whole) {
        try {
          const before = bytes
          const written = await copy(bundle, medium, {
            ...more,
            onProgress: (done) => onProgress?.(before + done, total),
          })
          if (written.isErr()) return err(written.error)
          bundles += 1
          bytes += heldBytes(bundle)
        } catch (error) {
          // Damaged on this disk, or just acknowledged and gone: the others go all the same.
          if (!(error instanceof PayloadGone)) throw error
        }
      }
      return ok({ bundles, bytes })
    },
  }
}
