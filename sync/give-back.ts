/**
 * Gives back the disk. A payload leaves it only after the issuer's signed receipt names its hash and the configured days
 * are over. They are over when the issuer has signed something that much later: this kiosk's own clock, wherever it was
 * set, neither hurries nor stops it. Documents never leave.
 */
import type { Blobs } from './blobs.ts'
import type { Inbox } from './inbox.ts'
import { verifyReceipt } from './packet.ts'
import type { QueueIndex, QueueItem } from './queue-index.ts'
import type { JWK } from 'jose'

interface Parts {
  blobs: Pick<Blobs, 'names' | 'remove'>
  index: QueueIndex
  inbox: Pick<Inbox, 'receipts' | 'database' | 'newestSigned'>
  issuerKey: () => JWK | undefined
  /** days that a payload stays after the receipt */
  days: number
}

/** @returns how many payloads and bytes were given back */
export async function giveBack(parts: Parts): Promise<{ payloads: number; bytes: number }> {
  const { blobs, index } = parts
  const here = new Set(await blobs.names())
  const leaving: string[] = []
  let bytes = 0
  if (here.size === 0) return { payloads: 0, bytes }
  for (const item of index.items()) {
    const held = item.head.parts.filter(({ sha256 }) => here.has(sha256))
    if (held.length === 0) continue
    const named = await namedByReceipt(item, parts)
    for (const part of held) {
      if (!named.has(part.sha256)) continue
      leaving.push(part.sha256)
      bytes += part.bytes
    }
  }
  if (leaving.length > 0) await blobs.remove(...leaving)
  return { payloads: leaving.length, bytes }
}

/** The signature is looked at again, on the document itself: what is removed cannot be had back. */
async function namedByReceipt(item: QueueItem, parts: Parts): Promise<Set<string>> {
  const { inbox, issuerKey, days } = parts
  const newest = inbox.newestSigned() ?? -Infinity
  const named = new Set<string>()
  const key = issuerKey()
  if (!key) return named
  for (const heard of inbox.receipts(item.id)) {
    if (!heard.parts || newest - Date.parse(heard.at) < days * 86_400_000) continue
    const id = `receipt:${item.id}:${String(heard.seq).padStart(4, '0')}`
    const receipt = await verifyReceipt(await inbox.database.get(id).catch(() => undefined), key)
    for (const sha256 of receipt?.parts ?? []) named.add(sha256)
  }
  return named
}
