/**
 * Some kiosks of a fleet in one process. Each makes its day's requests first; on `go` it sends them one after the other, as
 * replication and upload do on the wire, and waits for the issuer's last word on each. `node fleet-kiosks.ts FILE`
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
const zChanges = z.object({ results: z.array(z.object({ id: z.string() })), last_seq: z.unknown() })

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

function caller(of: Commission) {
  const authorization = `Basic ${Buffer.from(`${of.user}:${of.password}`).toString('base64')}`
  return async (path: string, options: RequestInit & { accept?: number[] } = {}): Promise<Response> => {
    const answer = await fetch(new URL(path, of.issuerUrl), {
      ...options,
      headers: { authorization, ...options.headers },
    })
    if (!answer.ok && !options.accept?.includes(answer.status))
      throw new Error(`${options.method ?? 'GET'} ${path.split('?')[0]}: ${answer.status}`)
    return answer
  }
}
const json = (body: unknown, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** @returns ms from the first byte of each request to its last receipt */
async function work(of: Commission, all: readonly Made[], until: number): Promise<number[]> {
  const call = caller(of)
  const store = (name: string) => `/store/kiosk-${of.kiosk}-${name}`
  const times: number[] = []
  const heard = new Set<string>()
  let since: unknown = 0
  for (const [n, { document, blobs }] of all.entries()) {
    const began = performance.now()
    const _rev = `1-${randomBytes(16).toString('hex')}`
    await (await call(`${store('outbox')}/_revs_diff`, json({ [document._id]: [_rev] }))).arrayBuffer()
    await (
      await call(`${store('outbox')}/_bulk_docs`, json({ docs: [{ ...document, _rev }], new_edits: false }))
    ).arrayBuffer()
    const local = `_local/${ulid()}`
    const checkpoint = { _id: local, last_seq: n, session_id: ulid() }
    await (await call(`${store('outbox')}/${local}`, json(checkpoint, 'PUT'))).arrayBuffer()
    for (const { sha256, bytes } of blobs) {
      await call(`/uploads/by-hash/${sha256}`, { method: 'HEAD', accept: [404] })
      const made = await call('/uploads', {
        method: 'POST',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-length': String(bytes.length),
          'upload-metadata': `sha256 ${Buffer.from(sha256).toString('base64')}`,
        },
      })
      await made.arrayBuffer()
      const path = new URL(made.headers.get('location') ?? '', new URL('/uploads', of.issuerUrl)).pathname
      const sent = await call(path, {
        method: 'PATCH',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
        },
        body: Buffer.from(bytes),
      })
      await sent.arrayBuffer()
    }
    // received, checking, ready
    const last = `receipt:${document._id.slice('request:'.length)}:0002`
    for (let pause = 100; !heard.has(last); pause = Math.min(2_000, pause * 2)) {
      if (performance.now() > until) return times
      const answer = await call(`${store('inbox')}/_changes?since=${encodeURIComponent(String(since))}`)
      const { results, last_seq } = zChanges.parse(await answer.json())
      since = last_seq
      for (const { id } of results) heard.add(id)
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
    console.log(JSON.stringify({ times: times.flat(), seconds: (performance.now() - began) / 1000, errors }))
    process.exit(0)
  })
})
