/** One request as a line of the queue's snapshot: short, for there may be 20,000. */
import type { PackedParts } from './part-table.ts'
import type { QueueItem, RequestFacts } from './queue-item.ts'

type Facts = [
  ...[_id: string, kind: RequestFacts['kind'], kiosk: string],
  ...[office: string, created: string, officer: string],
]
/** The facts, the payloads (SHA-256 one after the other in base64), and whether the issuer has all of them. */
type Entry = [
  ...Facts,
  names: string[],
  hashes: string,
  bytes: number[],
  allSent: boolean,
  of?: RequestFacts['of'],
]

export function* entriesOf(items: Iterable<QueueItem>): Generator<Entry> {
  for (const { facts, unsent } of items) {
    const { _id, kind, kiosk, office, created, officer, of } = facts
    const { names, hashes, bytes } = unsent.packed()
    const said: [...Facts] = [_id, kind, kiosk, office, created, officer]
    const entry: Entry = [...said, [...names], hashes.toString('base64'), [...bytes], unsent.size === 0]
    if (of !== undefined) entry.push(of)
    yield entry
  }
}

/** @param entry of a snapshot that is whole by its hash, and so written by this program: it is not looked at in full */
export function readEntry(entry: unknown): { facts: RequestFacts; parts: PackedParts; allSent: boolean } {
  const [_id, kind, kiosk, office, created, officer, names, hashes, bytes, allSent, of] = entry as Entry
  return {
    facts: { _id, type: 'request', kind, kiosk, office, created, officer, ...(of !== undefined && { of }) },
    parts: { names, hashes: Buffer.from(hashes, 'base64'), bytes },
    allSent,
  }
}
