/** A phone has said that it has its credential; the kiosk that saw it brings its word. */
import { verifyReceiptJws } from '../../../main/credentials/handover/receipt.ts'
import type { CollectionPacket } from '../../z-packet.ts'
import type { KioskEntry, Registry } from '../registry.ts'
import type { Word } from './receipts.ts'

/** @returns `collected`, or `rejected` with `receipt-not-genuine` or `replaced-by-another` */
export async function judgeCollection(
  { of, receipt }: CollectionPacket,
  kiosk: KioskEntry,
  registry: Pick<Registry, 'request' | 'kiosk'>,
): Promise<Word> {
  const refused: Word = { state: 'rejected', reason: 'receipt-not-genuine' }
  const entry = await registry.request(of)
  if (!entry?.delivery || (await registry.kiosk(entry.kiosk))?.office !== kiosk.office) return refused
  // The citizen has come with another phone since: what this one holds is revoked.
  if (entry.state === 'rejected') return { state: 'rejected', reason: 'replaced-by-another' }
  const { transfer, sha256, holder } = entry.delivery
  const checked = await verifyReceiptJws(receipt, { transfer, sha256, jkt: holder })
  return checked.isOk() ? { state: 'collected' } : refused
}
