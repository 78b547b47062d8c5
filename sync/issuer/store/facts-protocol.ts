/**
 * What PouchDB's replication asks of a database over HTTP, as CouchDB 3 answers it (its API reference, "Databases" and
 * "Documents"): reading, and the checkpoints. Facts themselves are written elsewhere, for they are judged there.
 */
import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import type { Request, Response } from 'express'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { readBody } from './read-body.ts'

/** so many rows or changes are given at once; whoever wants more asks again */
const mostRows = 1_000

const zFlag = z.boolean().optional()
const zSeq = z.union([z.number(), z.string()])
const zChangesQuery = z.object({
  since: zSeq.optional(),
  limit: z.number().int().optional(),
  include_docs: zFlag,
  style: z.enum(['all_docs', 'main_only']).optional(),
  descending: zFlag,
  conflicts: zFlag,
  feed: z.literal('normal').optional(),
})
const zRowsQuery = z.object({
  include_docs: zFlag,
  startkey: z.string().optional(),
  endkey: z.string().optional(),
  key: z.string().optional(),
  keys: z.array(z.string()).max(mostRows).optional(),
  limit: z.number().int().nonnegative().optional(),
  descending: zFlag,
  conflicts: zFlag,
})
const zDocQuery = z.object({
  rev: z.string().optional(),
  revs: zFlag,
  revs_info: zFlag,
  conflicts: zFlag,
  latest: zFlag,
  open_revs: z.union([z.literal('all'), z.array(z.string())]).optional(),
})
const zBulkGet = z.object({
  docs: z.array(z.looseObject({ id: z.string(), rev: z.string().optional() })).max(mostRows),
})
const zRevsDiff = z.record(z.string(), z.array(z.string()))
const zLocal = z.looseObject({ _id: z.string().optional(), _rev: z.string().optional() })

/** @param path behind the database's name, decoded @returns whether it was an answer that this knows of */
export async function answerFacts(
  database: PouchDB,
  path: string,
  request: Request,
  response: Response,
): Promise<boolean> {
  const answer = await answerTo(database, path, request).catch((error: unknown) => refusalOf(error))
  if (answer === undefined) return false
  await send(request, response, answer)
  return true
}

type Answer = [status: number, body: object]
const badRequest: Answer = [400, { error: 'bad_request', reason: 'not what this address takes' }]

async function answerTo(database: PouchDB, path: string, request: Request): Promise<Answer | undefined> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const body = isRead ? undefined : await readBody(request)
  const asked = {
    ...queryOf(request),
    ...(request.method === 'POST' && typeof body === 'object' ? body : {}),
  }
  const to = `${isRead ? 'GET' : request.method} ${path.startsWith('/_local/') ? '/_local' : path}`
  switch (to) {
    case 'GET /':
      return [200, { ...(await database.info()), db_name: request.path.slice(1), instance_start_time: '0' }]
    case 'PUT /':
      return [412, { error: 'file_exists', reason: 'The database could not be created.' }]
    case 'GET /_changes':
    case 'POST /_changes': {
      const query = zChangesQuery.safeParse(asked)
      if (!query.success) return badRequest
      // Most of these questions are of kiosks to whom nothing new was said: the answer to that is in memory.
      const { update_seq } = await database.info()
      if (query.data.since === update_seq) return [200, { results: [], last_seq: update_seq }]
      const limit = Math.max(1, Math.min(query.data.limit ?? mostRows, mostRows))
      const { results, last_seq } = await database.changes({ ...query.data, limit })
      return [200, { results, last_seq }]
    }
    case 'GET /_all_docs':
    case 'POST /_all_docs': {
      const query = zRowsQuery.safeParse(asked)
      return query.success ? [200, await database.allDocs(query.data)] : badRequest
    }
    case 'POST /_bulk_get': {
      const query = zBulkGet.safeParse(body)
      if (!query.success) return badRequest
      const { revs, latest } = zDocQuery.parse(queryOf(request))
      return [
        200,
        await database.bulkGet({ docs: query.data.docs, revs: revs ?? false, latest: latest ?? false }),
      ]
    }
    case 'POST /_revs_diff': {
      const query = zRevsDiff.safeParse(body)
      return query.success ? [200, await database.revsDiff(query.data)] : badRequest
    }
    case 'PUT /_local': {
      const query = zLocal.safeParse(body)
      return query.success ? [201, await database.put({ ...query.data, _id: path.slice(1) })] : badRequest
    }
    default: {
      if (!isRead || (path.startsWith('/_') && to !== 'GET /_local')) return undefined
      const query = zDocQuery.safeParse(queryOf(request))
      return query.success ? [200, await database.get(path.slice(1), query.data)] : badRequest
    }
  }
}

/** CouchDB's parameters are JSON, each by itself. */
function queryOf({ query }: Request): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      try {
        return [name, JSON.parse(String(value)) as unknown]
      } catch {
        return [name, value]
      }
    }),
  )
}

const zPouchError = z.object({
  status: z.number().int().min(400).max(599),
  name: z.string(),
  message: z.string(),
})

function refusalOf(error: unknown): Answer {
  const known = zPouchError.safeParse(error)
  if (!known.success) throw error
  return [known.data.status, { error: known.data.name, reason: known.data.message }]
}

const compress = promisify(gzip)
/** Below it a packed answer needs as many packets as one that is not. */
const worthPacking = 1_000

async function send(request: Request, response: Response, [status, body]: Answer): Promise<void> {
  const text = JSON.stringify(body)
  response.status(status).set({ 'content-type': 'application/json', vary: 'accept-encoding' })
  if (text.length < worthPacking || !request.acceptsEncodings('gzip')) return void response.send(text)
  response.set('content-encoding', 'gzip').send(await compress(text))
}
