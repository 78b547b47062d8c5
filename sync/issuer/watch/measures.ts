/** What an operator watches, as numbers: in the text form that Prometheus reads, and as one word whether all is well. */
import { decodeTime } from 'ulid'
import type { Registry } from '../registry.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Uploads } from '../uploads.ts'
import type { WatchedStore } from './watch-store.ts'

export interface Measures {
  kiosks: number
  requests_open: number
  oldest_open_request_seconds: number
  outboxes_unread: number
  intake_lag_seconds: number
  spool_files: number
  spool_bytes: number
  spool_held_up: number
  disk_free_bytes: number
  /** 1 where the store tells of changes by itself, which the embedded one always does */
  store_feed_up: number
  problems_total: number
}

const meaning: Record<keyof Measures, string> = {
  kiosks: 'commissioned kiosks',
  requests_open: 'requests that have arrived and have no end yet',
  oldest_open_request_seconds: 'since the oldest of them was begun at its kiosk',
  outboxes_unread: 'outboxes with something that nobody has begun to read',
  intake_lag_seconds: 'for which the longest of them has waited',
  spool_files: 'uploads under way or held up',
  spool_bytes: 'bytes of them on the disk',
  spool_held_up: 'payloads that are whole and that the payload store has not taken',
  disk_free_bytes: 'free on the disk of the spool',
  store_feed_up: 'whether the store tells of changes',
  problems_total: 'technical events since the start',
}

export interface MeasureParts {
  registry: Pick<Registry, 'kiosks' | 'openRequests'>
  store: Pick<KioskStore, 'feedSpeaks'>
  unread: WatchedStore['unread']
  uploads: Pick<Uploads, 'state'>
  problems: () => number
  clock: { now(): number }
}

export async function measure(parts: MeasureParts): Promise<Measures> {
  const { registry, store, unread, uploads, problems, clock } = parts
  const [kiosks, spool] = await Promise.all([registry.kiosks(), uploads.state()])
  const { outboxes, longestMs } = unread()
  let open = 0
  let oldest = clock.now()
  for await (const { id } of registry.openRequests()) {
    open += 1
    // Its number says when it was begun, by the kiosk's clock.
    oldest = Math.min(oldest, decodeTime(id))
  }
  return {
    kiosks: kiosks.length,
    requests_open: open,
    oldest_open_request_seconds: Math.max(0, (clock.now() - oldest) / 1_000),
    outboxes_unread: outboxes,
    intake_lag_seconds: longestMs / 1_000,
    spool_files: spool.files,
    spool_bytes: spool.bytes,
    spool_held_up: spool.heldUp,
    disk_free_bytes: spool.freeBytes,
    store_feed_up: store.feedSpeaks?.() === false ? 0 : 1,
    problems_total: problems(),
  }
}

/** Prometheus text format 0.0.4. */
export function inWords(measures: Measures): string {
  const lines = Object.entries(measures).flatMap(([name, value]) => [
    `# HELP kiosk_issuer_${name} ${meaning[name as keyof Measures]}`,
    `# TYPE kiosk_issuer_${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    `kiosk_issuer_${name} ${value}`,
  ])
  return `${lines.join('\n')}\n`
}

const enoughFree = 1 << 30
const lateSeconds = 60

/** @returns what is wrong, in one word each; none: all is well */
export function wrongWith(measures: Measures): string[] {
  return [
    ...(measures.disk_free_bytes < enoughFree ? ['disk'] : []),
    ...(measures.spool_held_up > 0 ? ['payload-store'] : []),
    ...(measures.store_feed_up === 0 ? ['store'] : []),
    ...(measures.intake_lag_seconds > lateSeconds ? ['intake'] : []),
  ]
}
