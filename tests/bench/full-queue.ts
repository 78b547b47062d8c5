/** A queue with thousands of requests in it, written straight into its database: saving them one by one takes an hour. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { ulid } from 'ulid'
import { openDurableStore } from '../../sync/durable-store.ts'
import { zRequestDoc, type RequestDoc } from '../../sync/z-facts.ts'

/** @param folder of the queue, as `openSync` takes it; requests of the last weeks, the newest of today */
export async function fillQueue(folder: string, count: number, kiosk: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = openDurableStore<RequestDoc>(join(folder, 'outbox'))
  const aDay = 86_400_000
  const sealed = randomBytes(2_400).toString('base64url')
  for (let from = 0; from < count; from += 500) {
    const documents = Array.from({ length: Math.min(500, count - from) }, (_, n): RequestDoc => {
      // 40 a day, as many as a busy office sees.
      const at = Date.now() - ((count - from - n) / 40) * aDay
      return zRequestDoc.parse({
        _id: `request:${ulid(at)}`,
        type: 'request',
        kind: (from + n) % 5 === 0 ? 'reissue' : 'enrolment',
        kiosk,
        office: 'Paro',
        created: new Date(at).toISOString(),
        officer: 'officer-1',
        sealed,
        parts: Array.from({ length: 13 }, (_one, part) => ({
          ...{ name: `part-${part}`, sha256: randomBytes(32).toString('hex'), bytes: 115_000 },
        })),
        signature: randomBytes(90).toString('base64url'),
      })
    })
    await database.bulkDocs(documents)
  }
  await database.close()
}
