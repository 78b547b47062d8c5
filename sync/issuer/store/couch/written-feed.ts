/**
 * Who has written into an outbox: CouchDB tells of all databases in one feed. It promises not to forget, but not to be
 * exact, so all outboxes are looked at now and then; while the feed does not speak, often.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { CouchServer } from './couch-server.ts'
import { kioskDatabases, kioskOf } from './walls.ts'

const zUpdates = z.object({
  results: z.array(z.object({ db_name: z.string() })),
  last_seq: z.union([z.string(), z.number()]),
})
const zInfos = z.array(
  z.object({
    key: z.string(),
    info: z.object({ update_seq: z.union([z.string(), z.number()]) }).optional(),
  }),
)

export interface FeedOptions {
  server: CouchServer
  onWritten: (kiosk: string) => void
  onProblem: (event: string) => void
  sweepMs: number
  /** between two looks while the feed does not speak, in ms */
  withoutFeedMs?: number
}

export interface WrittenFeed {
  /** whether the feed speaks now */
  readonly speaks: boolean
  close(): Promise<void>
}

/** How long the server holds back an answer without news, in ms. */
const holdMs = 30_000
/** CouchDB's `max_db_number_for_dbs_info_req`. */
const infosAtOnce = 100

/** Tells of everything that is written from the moment on at which this resolves. @throws whatever the first question threw */
export async function followWritten(options: FeedOptions): Promise<WrittenFeed> {
  const { server, onWritten, onProblem, sweepMs, withoutFeedMs = 5_000 } = options
  const end = new AbortController()
  const { signal } = end
  /** outbox → its `update_seq` when it was last looked at */
  const seen = new Map<string, string>()
  let since: string | number | undefined

  async function place(): Promise<string | number | undefined> {
    try {
      return zUpdates.parse(await server.ask('GET', '_db_updates?descending=true&limit=1', { signal }))
        .last_seq
    } catch {
      return undefined
    }
  }

  async function listen(from: string | number): Promise<void> {
    const query = `feed=longpoll&timeout=${holdMs}&since=${encodeURIComponent(String(from))}`
    const said = await server.ask('GET', `_db_updates?${query}`, { signal, timeoutMs: holdMs + 15_000 })
    const { results, last_seq } = zUpdates.parse(said)
    since = last_seq
    for (const kiosk of new Set(results.map(({ db_name }) => writerOf(db_name))))
      if (kiosk !== undefined) onWritten(kiosk)
  }

  /** @param tell not the first time: where everything was read before */
  async function sweep(tell: boolean): Promise<void> {
    const names = z.array(z.string()).parse(await server.ask('GET', kioskDatabases, { signal }))
    const outboxes = names.filter((name) => writerOf(name) !== undefined)
    for (let from = 0; from < outboxes.length && !signal.aborted; from += infosAtOnce) {
      const keys = outboxes.slice(from, from + infosAtOnce)
      for (const { key, info } of zInfos.parse(
        await server.ask('POST', '_dbs_info', { body: { keys }, signal }),
      )) {
        if (!info) continue
        const before = seen.get(key)
        seen.set(key, String(info.update_seq))
        const kiosk = writerOf(key)
        if (tell && before !== String(info.update_seq) && kiosk !== undefined) onWritten(kiosk)
      }
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        since ??= await place()
        if (since === undefined) throw new Error('silent')
        await listen(since)
      } catch {
        if (signal.aborted) return
        if (since !== undefined) onProblem('CouchDB tells of no changes: looking by ourselves')
        since = undefined
        await delay(withoutFeedMs, undefined, { signal }).catch(() => undefined)
        // What was written before the feed speaks again is found by looking.
        since = await place()
        await sweep(true).catch(() => undefined)
      }
    }
  }

  async function look(): Promise<void> {
    while (!signal.aborted) {
      await delay(sweepMs, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await sweep(true).catch(() => onProblem('CouchDB does not answer'))
    }
  }

  since = await place()
  await sweep(false)
  const running = Promise.all([run(), look()])
  return {
    get speaks() {
      return since !== undefined
    },
    async close() {
      end.abort()
      await running
    },
  }
}

function writerOf(database: string): string | undefined {
  const of = kioskOf(database)
  return of?.direction === 'outbox' ? of.kiosk : undefined
}
