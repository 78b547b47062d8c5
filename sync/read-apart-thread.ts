/** The thread of `readApart`: folds the outbox and leaves the snapshot, or ends with an error and leaves none. */
import { workerData } from 'node:worker_threads'
import { z } from 'zod'
import { openDurableStore } from './durable-store.ts'
import { QueueIndex } from './queue-index.ts'
import { QueueNotes } from './queue-notes.ts'
import type { RequestDoc } from './z-facts.ts'

const { folder, notesPath, snapshotPath } = z
  .object({ folder: z.string(), notesPath: z.string(), snapshotPath: z.string() })
  .parse(workerData)
const database = openDurableStore<RequestDoc>(folder)
try {
  await QueueIndex.open({
    ...{ database, snapshotPath, inbox: { receipts: () => [] } },
    notes: await QueueNotes.open(notesPath, () => undefined),
    // Told, and set aside, by the one who can: it will read for itself.
    onUnreadable: (id) => Promise.reject(new Error(`cannot be read: ${id}`)),
  })
} catch {
  process.exitCode = 1
} finally {
  await database.close()
}
