/** Payloads of a request that was never written: their keys are lost, so they would only fill the disk. */
import type { Blobs } from './blobs.ts'
import type { Outbox } from './outbox.ts'
import type { QueueIndex } from './queue-index.ts'

/**
 * Removes what a crash left between payloads and document. Called at the start, before anything is added.
 * @param lost whether documents were ever set aside, to which payloads may belong
 * @returns how many were removed; none while a document cannot be read, for they might be its own
 */
export async function sweepBlobs(
  blobs: Blobs,
  { outbox, index, lost }: { outbox: Pick<Outbox, 'database'>; index: QueueIndex; lost: boolean },
): Promise<number> {
  if (lost || !index.isWhole) return 0
  const names = new Set(await blobs.names())
  if (names.size === 0) return 0
  for (const { head } of index.items()) for (const { sha256 } of head.parts) names.delete(sha256)
  if (names.size === 0) return 0
  // Nothing is thrown away on the word of a cache: the documents themselves are counted.
  const { rows } = await outbox.database.allDocs({ startkey: 'request:', endkey: 'request:\uffff' })
  const known = new Set([...index.items()].map(({ head }) => head._id))
  if (rows.length !== known.size || rows.some(({ id }) => !known.has(id))) return 0
  await blobs.remove(...names)
  return names.size
}
