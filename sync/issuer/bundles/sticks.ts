/** Sticks at the issuer: what kiosks wrote on one is taken in, and what was said to them is written on it. */
import { rm } from 'node:fs/promises'
import { readHead, verifyHead } from '../../bundle/bundle-head.ts'
import { bundleStream } from '../../bundle/bundle-stream.ts'
import { bundlesOn, volumesIn } from '../../bundle/read-stick.ts'
import { writeBundle } from '../../bundle/write-bundle.ts'
import type { Registry } from '../registry.ts'
import { receiptsFor } from './receipts-for.ts'
import { takeBundle, type Taken, type TakeParts } from './take-bundle.ts'
import type { KioskStore } from '../store/kiosk-store.ts'

export type StickLine =
  | ({ bundle: string; ok: true } & Taken)
  | { bundle: string; ok: false; fault: string }
  /** receipts for a kiosk lie on it, too: nothing for us to take */
  | { bundle: string; ok: true; receiptsFor: string }

export interface ReceiptsLine {
  kiosk: string
  ok: boolean
  bundle?: string
  fault?: string
}

export interface Sticks {
  /** @param folder where the stick is mounted @returns what came of each bundle on it; safe to repeat */
  importFrom(folder: string): Promise<StickLine[]>
  /** @param kiosks whom for; default: whoever's bundles lie on it */
  exportTo(folder: string, kiosks?: readonly string[]): Promise<ReceiptsLine[]>
}

export interface SticksParts extends TakeParts {
  registry: Pick<Registry, 'kiosk'>
  store: Pick<KioskStore, 'outbox' | 'inbox'>
  clock: { now(): number }
}

export function createSticks(parts: SticksParts): Sticks {
  const { registry, keys } = parts
  const who = { issuer: keys.signing.publicJwk, kiosk: async (id: string) => (await registry.kiosk(id))?.jwk }

  async function writersOn(folder: string): Promise<Set<string>> {
    const kiosks = new Set<string>()
    for (const one of await bundlesOn(folder)) {
      if ('fault' in one || one.head.kind !== 'requests') continue
      if ((await verifyHead(one.headBytes, who)).isOk()) kiosks.add(one.head.kiosk)
    }
    return kiosks
  }

  /** Those before hold nothing that the new ones do not hold. */
  async function clearOld(folder: string, kiosk: string, newest: string): Promise<void> {
    for (const one of await bundlesOn(folder)) {
      if ('fault' in one || one.head.kind !== 'receipts' || one.head.kiosk !== kiosk) continue
      if (one.name === newest || (await verifyHead(one.headBytes, who)).isErr()) continue
      await rm(one.folder, { recursive: true, force: true })
    }
  }

  return {
    async importFrom(folder) {
      const lines: StickLine[] = []
      for (const one of await bundlesOn(folder)) {
        const bundle = one.name
        if ('fault' in one) lines.push({ bundle, ok: false, fault: one.fault })
        else if (one.head.kind === 'receipts') lines.push({ bundle, ok: true, receiptsFor: one.head.kiosk })
        else {
          const taken = await takeBundle(one.headBytes, volumesIn(one.folder, one.head), parts)
          lines.push(
            taken.match<StickLine>(
              (value) => ({ bundle, ok: true, ...value }),
              (fault) => ({ bundle, ok: false, fault }),
            ),
          )
        }
      }
      return lines
    },
    async exportTo(folder, kiosks) {
      const lines: ReceiptsLine[] = []
      for (const id of kiosks ?? (await writersOn(folder))) {
        const kiosk = await registry.kiosk(id)
        if (!kiosk) {
          lines.push({ kiosk: id, ok: false, fault: 'unknown' })
          continue
        }
        const made = await receiptsFor(kiosk, parts)
        const head = readHead(made.head)._unsafeUnwrap()
        const stream = bundleStream(made, async () => undefined)
        const written = await writeBundle({
          medium: folder,
          head,
          headBytes: made.head,
          volume: stream.volume,
        })
        if (written.isOk()) await clearOld(folder, id, made.name)
        lines.push(
          written.match<ReceiptsLine>(
            () => ({ kiosk: id, ok: true, bundle: made.name }),
            (fault) => ({ kiosk: id, ok: false, fault }),
          ),
        )
      }
      return lines
    },
  }
}
