/** Payloads of a request that was never written: their keys are lost, so they would only fill the disk. */
import { z } from 'zod'
import type { Blobs } from './blobs.ts'
import type { Outbox } from './outbox.ts'
import { zPartRef } from './z-facts.ts'

const zNames = z.object({ parts: z.array(zPartRef) })

/**
 * Removes what a crash left between payloads and document. Called at the start, before anything is added.
 * @returns how many were removed; none while a document cannot be read, for they might be its own
 */
export async function sweepBlobs(blobs: Blobs, outbox: Pick<Outbox, 'database'>): Promise<number> {
  const { rows } = await outbox.database.allDocs({
    include_docs: true,
    startkey: 'request:',
    endkey: 'request:\uffff',
  })
  const documents = rows.map(({ doc }) => zNames.safeParse(doc))
  const named = new Set<string>()
  for (const { data } of documents) {
    if (!data) return 0
    for (const { sha256 } of data.parts) named.add(sha256)
  }
  const stray = (await blobs.names()).filter((name) => !named.has(name))
  for (const name of stray) await blobs.remove(name)
  return stray.length
}
