/** What one would build first: the parts as attachments of a document, replicated live by PouchDB, to the same server. */
import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import express from 'express'
import expressPouchdb from 'express-pouchdb'
import PouchDB from 'pouchdb'
import { openShapedLink, type LinkShape } from './shaped-link.ts'

export interface PlainOutcome {
  finished: boolean
  seconds: number
  wireUp: number
  wireDown: number
  connections: number
}

/** @param shape undefined for no link in between @param withinMs then it is given up */
export async function plainPouchdb(options: {
  folder: string
  sizes: readonly number[]
  shape: LinkShape | undefined
  withinMs: number
}): Promise<PlainOutcome> {
  const { folder, sizes, shape, withinMs } = options
  mkdirSync(join(folder, 'server'), { recursive: true })
  const Store = PouchDB.defaults({ prefix: `${join(folder, 'server')}/` })
  const app = express()
  app.use((request, _response, next) => {
    Object.defineProperty(request, 'query', { value: request.query, writable: true, configurable: true })
    next()
  })
  app.use(expressPouchdb(Store, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const direct = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const link = shape && (await openShapedLink(direct, shape, Math.random))

  const local = new PouchDB<{ _attachments: Record<string, object> }>(join(folder, 'local'))
  await local.put({
    _id: 'request',
    _attachments: Object.fromEntries(
      sizes.map((size, part) => [
        `part-${part}`,
        { content_type: 'application/octet-stream', data: randomBytes(size) },
      ]),
    ),
  })
  const there = new Store('outbox')
  const began = performance.now()
  const replication = local.replicate.to(new PouchDB(`${link?.url ?? direct}/outbox`), {
    live: true,
    retry: true,
  })
  replication.on('error', () => undefined)
  let finished = false
  while (!finished && performance.now() - began < withinMs) {
    await delay(100)
    finished = (await there.info()).doc_count > 0
  }
  const seconds = (performance.now() - began) / 1000
  replication.cancel()
  await link?.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await local.close()
  await there.close()
  return {
    ...{ finished, seconds, wireUp: link?.moved.up ?? 0, wireDown: link?.moved.down ?? 0 },
    connections: link?.connections ?? 0,
  }
}
