/**
 * Facts, both ways, by one-shot PouchDB replications of our own: `live` replication was seen to stop silently. A document
 * that the issuer refuses is set aside with its reason; the rest goes on.
 */
import PouchDB from 'pouchdb'
import { z } from 'zod'
import { quietInfo } from './quiet-info.ts'

export interface Remote {
  url: string
  kiosk: string
  user: string
  password: string
}

const zRefusal = z.object({
  id: z.string().optional(),
  _id: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
})

function remoteDatabase<T extends object>(
  remote: Remote,
  direction: 'outbox' | 'inbox',
  fetching: typeof fetch,
): PouchDB<T> {
  const authorization = `Basic ${Buffer.from(`${remote.user}:${remote.password}`).toString('base64')}`
  return new PouchDB<T>(new URL(`/store/kiosk-${remote.kiosk}-${direction}`, remote.url).href, {
    skip_setup: true,
    fetch: (url, options) => {
      const headers = new Headers(options?.headers)
      headers.set('authorization', authorization)
      return fetching(url, { ...options, headers, signal: AbortSignal.timeout(60_000) })
    },
  })
}

export interface Pushed {
  /** document id → what the issuer said against it */
  refused: Map<string, string>
}

/** Sends every fact that the issuer does not have. @throws whatever the link threw; nothing is lost by it */
export async function pushFacts<T extends object>(
  local: PouchDB<T>,
  remote: Remote,
  fetching: typeof fetch,
): Promise<Pushed> {
  const target = remoteDatabase<T>(remote, 'outbox', fetching)
  const refused = new Map<string, string>()
  const note = (problem: unknown) => {
    const parsed = zRefusal.safeParse(problem)
    if (!parsed.success) return
    const id = parsed.data._id ?? parsed.data.id
    if (id) refused.set(id, parsed.data.reason ?? parsed.data.message ?? 'refused')
  }
  try {
    const replication = local.replicate.to(target, { retry: false, batch_size: 20 })
    replication.on('denied', (problem) =>
      note(z.object({ doc: z.unknown() }).safeParse(problem).data?.doc ?? problem),
    )
    const result = await replication
    for (const problem of result.errors) note(problem)
    return { refused }
  } finally {
    await target.close()
  }
}

/** Fetches every fact that is new. @throws whatever the link threw */
export async function pullFacts(local: PouchDB, remote: Remote, fetching: typeof fetch): Promise<number> {
  const source = quietInfo(remoteDatabase<Record<string, unknown>>(remote, 'inbox', fetching))
  try {
    const result = await local.replicate.from(source, { retry: false, batch_size: 50 })
    return result.docs_written
  } finally {
    await source.close()
  }
}
