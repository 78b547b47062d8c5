/**
 * Some kiosks of a fleet in one process. Each makes its day's requests first; on `go` it sends them one after the other and
 * waits for the issuer's last word on each. The calls are those that a kiosk makes: a session of PouchDB's replication to
 * push the request, a question for the payloads, the payloads by tus, sessions to pull the answers. `node fleet-kiosks.ts FILE`
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ulid } from 'ulid'
import { z } from 'zod'
import { zCommission, type Commission } from '../../main/commission/z-commission.ts'
import { sealPacket, signDocument, type SealedBlob } from '../../sync/packet.ts'
import { zRequestDoc, zRequestId, type RequestDoc } from '../../sync/z-facts.ts'
import { madeRequest } from '../fixtures/made-request.ts'

const zGiven = z.object({
  commissions: z.array(zCommission),
  requests: z.number(),
  sizes: z.array(z.number()),
  deadlineMs: z.number(),
  /** keeps the numbers of citizens of different kiosks apart */
  firstCid: z.number(),
})
const zChanges = z.object({
  results: z.array(z.object({ id: z.string(), changes: z.array(z.object({ rev: z.string() })) })),
  last_seq: z.unknown(),
})
const zCheckpoint = z.object({ rev: z.string() })
const zHave = z.object({ have: z.array(z.string()) })

const given = zGiven.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

interface Made {
  document: RequestDoc
  blobs: SealedBlob[]
}

async function make(of: Commission, cid: number): Promise<Made> {
  const at = new Date().toISOString()
  const id = zRequestId.parse(ulid())
  const asked = { id, kind: 'enrolment' as const, cid: String(cid), sizes: given.sizes, at }
  const { packet, parts } = madeRequest(of, asked)
  const sealed = await sealPacket({ packet, parts, issuerKey: of.trust.sealing, random: randomBytes })
  const unsigned = {
    ...{ _id: `request:${id}`, type: 'request' as const, kind: packet.kind, kiosk: of.kiosk },
    ...{ office: of.office, created: at, officer: 'officer-1', sealed: sealed.sealed, parts: sealed.parts },
  }
  const signature = await signDocument(unsigned, of.signingKey)
  return { document: zRequestDoc.parse({ ...unsigned, signature }), blobs: sealed.blobs }
}

let calls = 0

function caller(of: Commission) {
  const authorization = `Basic ${Buffer.from(`${of.user}:${of.password}`).toString('base64')}`
  return async (path: string, options: RequestInit & { accept?: number[] } = {}): Promise<unknown> => {
    calls += 1
    const answer = await fetch(new URL(path, of.issuerUrl), {
      ...options,
      headers: { authorization, ...options.headers },
    })
    const text = await answer.text()
    if (!answer.ok && !options.accept?.includes(answer.status))
      throw new Error(`${options.method ?? 'GET'} ${path.split('?')[0]}: ${answer.status}`)
    return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined
  }
}
const json = (body: unknown, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** PouchDB's replication, one session a call, as it is on the wire. */
function replication(of: Commission) {
  const call = caller(of)
  const at = (name: string, path: string) => `/store/kiosk-${of.kiosk}-${name}/${path}`
  const checkpoints = { outbox: `_local/${ulid()}`, inbox: `_local/${ulid()}` }
  const revisions: { outbox?: string; inbox?: string } = {}
  let since: unknown = 0

  const read = (name: 'outbox' | 'inbox') => call(at(name, checkpoints[name]), { accept: [404] })
  async function write(name: 'outbox' | 'inbox', seq: unknown): Promise<void> {
    const _rev = revisions[name]
    const checkpoint = { _id: checkpoints[name], last_seq: seq, session_id: ulid(), ...(_rev && { _rev }) }
    revisions[name] = zCheckpoint.parse(await call(at(name, checkpoints[name]), json(checkpoint, 'PUT'))).rev
  }

  return {
    async push(document: RequestDoc, seq: number): Promise<void> {
      const _rev = `1-${randomBytes(16).toString('hex')}`
      await read('outbox')
      await call(at('outbox', '_revs_diff'), json({ [document._id]: [_rev] }))
      await call(at('outbox', '_bulk_docs'), json({ docs: [{ ...document, _rev }], new_edits: false }))
      await write('outbox', seq)
    },
    /** @returns ids of what is new */
    async pull(): Promise<string[]> {
      await read('inbox')
      const asked = `_changes?style=all_docs&limit=50&since=${encodeURIComponent(String(since))}`
      const { results, last_seq } = zChanges.parse(await call(at('inbox', asked)))
      since = last_seq
      if (results.length === 0) return []
      const docs = results.map(({ id, changes }) => ({ id, rev: changes[0]?.rev }))
      await call(at('inbox', '_bulk_get?revs=true&latest=true'), json({ docs }))
      await write('inbox', last_seq)
      return docs.map(({ id }) => id)
    },
    /** One that is small goes with the question. */
    upload: ({ sha256, bytes }: SealedBlob) =>
      call('/uploads', {
        method: 'POST',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': String(bytes.length),
          'upload-metadata': `sha256 ${Buffer.from(sha256).toString('base64')}`,
          'content-type': 'application/offset+octet-stream',
        },
        body: Buffer.from(bytes),
      }),
    async have(all: readonly SealedBlob[]): Promise<string[]> {
      return zHave.parse(await call('/uploads/have', json({ sha256: all.map(({ sha256 }) => sha256) }))).have
    },
  }
}

/** @returns ms from the first byte of each request to its last receipt */
async function work(of: Commission, all: readonly Made[], until: number): Promise<number[]> {
  const link = replication(of)
  const times: number[] = []
  const heard = new Set<string>()
  for (const [n, { document, blobs }] of all.entries()) {
    const began = performance.now()
    await link.push(document, n)
    const have = await link.have(blobs)
    for (const blob of blobs) if (!have.includes(blob.sha256)) await link.upload(blob)
    // received, checking, ready
    const last = `receipt:${document._id.slice('request:'.length)}:0002`
    for (let pause = 100; !heard.has(last); pause = Math.min(2_000, pause * 2)) {
      if (performance.now() > until) return times
      for (const id of await link.pull()) heard.add(id)
      if (!heard.has(last)) await delay(pause)
    }
    times.push(performance.now() - began)
    if (performance.now() > until) return times
  }
  return times
}

const days: { of: Commission; all: Made[] }[] = []
for (const [kiosk, of] of given.commissions.entries()) {
  const all: Made[] = []
  for (let n = 0; n < given.requests; n += 1)
    all.push(await make(of, given.firstCid + kiosk * given.requests + n))
  days.push({ of, all })
}
console.log(JSON.stringify({ ready: true }))
process.stdin.once('data', () => {
  const began = performance.now()
  const errors: Record<string, number> = {}
  const each = days.map(({ of, all }) =>
    work(of, all, began + given.deadlineMs).catch((error: unknown) => {
      const text = error instanceof Error ? error.message.replace(/\/[\w/:-]+/, '') : String(error)
      errors[text] = (errors[text] ?? 0) + 1
      return []
    }),
  )
  void Promise.all(each).then((times) => {
    const seconds = (performance.now() - began) / 1000
    console.log(JSON.stringify({ times: times.flat(), seconds, errors, calls }))
    process.exit(0)
  })
})
