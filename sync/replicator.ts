/**
 * Facts, both ways, by one-shot PouchDB replications of our own: `live` replication was seen to stop silently. A document
 * that the issuer refuses is set aside with its reason; the rest goes on.
 */
import PouchDB from 'pouchdb'
import { z } from 'zod'
import { quietInfo } from './quiet-info.ts'
import { Answered, basic, type Remote } from './remote.ts'

const zRefusal = z.object({
  id: z.string().optional(),
  _id: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
})

export interface FactsRun {
  remote: Remote
  fetch: typeof fetch
  signal: AbortSignal
  /** the issuer answered */
  alive: () => void
  /** how long one answer may take */
  timeoutMs?: number
}

const storeOf = (direction: 'outbox' | 'inbox', remote: Remote) =>
  new URL(`/store/kiosk-${remote.kiosk}-${direction}`, remote.url)

/** The issuer's end of a replication, and the last thing that went wrong on the way to it. */
function openRemote<T extends object>(direction: 'outbox' | 'inbox', run: FactsRun) {
  const { remote, fetch: fetching, signal, alive, timeoutMs = 60_000 } = run
  let failure: unknown
  const { href } = storeOf(direction, remote)
  const database = new PouchDB<T>(href, {
    skip_setup: true,
    fetch: async (url, options) => {
      // PouchDB asks the server for its name, to find its checkpoint again: a trip there and back for what we know, and
      // a kiosk may not ask it.
      if (new URL(typeof url === 'string' ? url : url.url).pathname === '/store/')
        return Response.json({ uuid: 'issuer' })
      const headers = new Headers(options?.headers)
      headers.set('authorization', basic(remote))
      const ended = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      try {
        // Followed nowhere: the issuer never sends one, captive portals do.
        const answer = await fetching(url, { ...options, headers, redirect: 'manual', signal: ended })
        // A checkpoint that is not there yet, or is there already, is the ordinary case.
        const isAnswer = answer.ok || answer.status === 404 || answer.status === 409
        failure = isAnswer ? undefined : new Answered('facts', answer.status)
        if (isAnswer) alive()
        return answer
      } catch (error) {
        failure = error
        throw error
      }
    },
  })
  /** What the link said says more than what PouchDB makes of it. */
  async function use<R>(work: (database: PouchDB<T>) => Promise<R>): Promise<R> {
    try {
      return await work(quietInfo(database))
    } catch (error) {
      throw failure ?? error
    } finally {
      await database.close()
    }
  }
  return use
}

export interface Pushed {
  written: number
  /** document id → what the issuer said against it */
  refused: Map<string, string>
}

/**
 * Sends every fact that the issuer does not have.
 * @param leftOut of a document that is set aside @param atOnce documents in one request
 * @throws whatever the link threw, or Answered; nothing is lost by it
 */
export async function pushFacts<T extends object>(
  local: PouchDB<T>,
  run: FactsRun,
  { leftOut, atOnce = 20 }: { leftOut: (id: string) => boolean; atOnce?: number },
): Promise<Pushed> {
  const refused = new Map<string, string>()
  const note = (problem: unknown) => {
    const parsed = zRefusal.safeParse(problem)
    if (!parsed.success) return
    const id = parsed.data._id ?? parsed.data.id
    if (id) refused.set(id, parsed.data.reason ?? parsed.data.message ?? 'refused')
  }
  return openRemote<T>(
    'outbox',
    run,
  )(async (target) => {
    const replication = local.replicate.to(target, {
      ...{ retry: false, batch_size: atOnce, batches_limit: 1 },
      // Nothing here deletes a fact; what did all the same is not repeated at the issuer.
      filter: (doc: { _id: string; _deleted?: boolean }) => doc._deleted !== true && !leftOut(doc._id),
    })
    run.signal.addEventListener('abort', () => replication.cancel(), { once: true })
    replication.on('denied', (problem) =>
      note(z.object({ doc: z.unknown() }).safeParse(problem).data?.doc ?? problem),
    )
    const result = await replication
    // One that was cancelled resolves as if all had gone.
    run.signal.throwIfAborted()
    for (const problem of result.errors) note(problem)
    return { written: result.docs_written, refused }
  })
}

/**
 * Asks which documents the issuer does not have, some 80 bytes each.
 * @throws whatever the link threw, or Answered
 */
export async function missingThere<T extends object>(
  documents: readonly { _id: string; _rev: string }[],
  run: FactsRun,
): Promise<Set<string>> {
  return openRemote<T>(
    'outbox',
    run,
  )(async (target) => {
    const asked = Object.fromEntries(documents.map(({ _id, _rev }) => [_id, [_rev]]))
    return new Set(Object.keys(await target.revsDiff(asked)))
  })
}

/** `failed`: the question was answered with this status, which says nothing of the document by itself */
export type Said = { as: 'taken' } | { as: 'refused'; reason: string } | { as: 'failed'; status: number }

/**
 * Sends documents one by one, where sending them together fails again and again: so that the one which cannot go is found.
 * @returns of each what the issuer said of it @throws whatever the link threw
 */
export async function pushEach<T extends object>(
  documents: readonly (T & { _id: string; _rev: string })[],
  run: FactsRun,
): Promise<Map<string, Said>> {
  const said = new Map<string, Said>()
  return openRemote<T>(
    'outbox',
    run,
  )(async (target) => {
    for (const document of documents) {
      try {
        const [problem] = await target.bulkDocs([document], { new_edits: false })
        const reason = String(problem?.reason ?? problem?.name ?? 'refused')
        said.set(document._id, problem?.error ? { as: 'refused', reason } : { as: 'taken' })
      } catch (error) {
        // Nobody answered: that says nothing of any of them.
        const status =
          typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
        if (typeof status !== 'number' || status === 401) throw error
        said.set(document._id, { as: 'failed', status })
      }
    }
    return said
  })
}

/**
 * Sends documents in one request, in their order and before those that replication would send first.
 * @throws whatever the link threw, or Answered; what is refused of them replication hears again
 */
export async function pushFirst<T extends object>(
  documents: readonly (T & { _id: string; _rev: string })[],
  run: FactsRun,
): Promise<void> {
  await openRemote<T>('outbox', run)((target) => target.bulkDocs([...documents], { new_edits: false }))
}

/** What such a document is refused with is no judgement of it: it is offered again by itself. */
export const serverError = 'answered with'

/**
 * Fetches every fact that is new.
 * @returns how many came, and up to where they were read @throws whatever the link threw, or Answered
 */
export async function pullFacts(local: PouchDB, run: FactsRun): Promise<{ came: number; seq: Seq }> {
  return openRemote<Record<string, unknown>>(
    'inbox',
    run,
  )(async (source) => {
    const replication = local.replicate.from(source, { retry: false, batch_size: 50, batches_limit: 1 })
    run.signal.addEventListener('abort', () => replication.cancel(), { once: true })
    const { docs_written, last_seq } = await replication
    run.signal.throwIfAborted()
    return { came: docs_written, seq: last_seq }
  })
}

export type Seq = number | string
const zChanges = z.object({ results: z.array(z.unknown()) })

/**
 * Asks in one trip whether there is anything for `pullFacts`, which takes four to find nothing.
 * @throws whatever the link threw, or Answered
 */
export async function isNews(since: Seq, run: FactsRun): Promise<boolean> {
  const { remote, fetch: fetching, signal, alive, timeoutMs = 60_000 } = run
  const url = new URL(`${storeOf('inbox', remote).href}/_changes`)
  url.search = new URLSearchParams({ since: String(since), limit: '1' }).toString()
  const answer = await fetching(url, {
    headers: { authorization: basic(remote) },
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  if (!answer.ok) {
    await answer.body?.cancel()
    throw new Answered('facts', answer.status)
  }
  const said = zChanges.safeParse(await answer.json())
  if (said.success) alive()
  // What is no answer is for the replication to find out.
  return !said.success || said.data.results.length > 0
}
