/** The real issuer over HTTP, and kiosks that say to it what a test wants them to, right or wrong. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { ulid } from 'ulid'
import { z } from 'zod'
import { zP256PrivateJwk, zP256PublicJwk } from '../../main/credentials/keys.ts'
import { demoCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { zCommissionAnswer } from '../../main/commission/z-commission.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import type { PlatformChoice } from '../../sync/issuer/credebl/z-platform-choice.ts'
import type { PayloadChoice } from '../../sync/issuer/payloads/z-payload-choice.ts'
import type { StoreChoice } from '../../sync/issuer/store/z-store-choice.ts'
import { sealPacket, signDocument, type SealedBlob } from '../../sync/packet.ts'
import { zReceiptDoc, zRequestDoc, type ReceiptDoc, type RequestDoc } from '../../sync/z-facts.ts'
import type { Packet } from '../../sync/z-packet.ts'
import { freshFolder, until } from './host-world.ts'
import { usualStore } from './stores.ts'

export interface TestKiosk extends z.infer<typeof zCommissionAnswer> {
  key: JWK
  authorization: string
}
export interface Made {
  document: RequestDoc
  blobs: SealedBlob[]
}
export interface Changes {
  cid?: string
  id?: string
  packet?: Partial<Packet>
  document?: Partial<RequestDoc>
  /** signed with another key than the kiosk's */
  key?: JWK
  portraitBytes?: number
}

const zRows = z.object({ rows: z.array(z.object({ id: z.string(), doc: z.unknown() })) })

export async function newKey(): Promise<JWK> {
  return zP256PrivateJwk.parse(
    await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey),
  )
}

export interface WorldOptions {
  clock?: { now(): number }
  store?: StoreChoice
  payloads?: PayloadChoice
  platform?: PlatformChoice
  metricsPort?: number
}

export async function syncWorld(given: WorldOptions = {}) {
  const options = { ...given, store: given.store ?? (await usualStore()) }
  const folder = await freshFolder()
  const problems: string[] = []
  const open = (port = 0, store = options.store) =>
    startIssuer({
      dataDir: join(folder.path, 'issuer'),
      port,
      demo: false,
      ...options,
      store,
      onProblem: (event) => problems.push(event),
    })
  const state: { issuer: RunningIssuer } = { issuer: await open() }
  const url = () => state.issuer.url

  const post = (path: string, body: unknown, authorization?: string) =>
    fetch(`${url()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  const commission = (code: string, key: JWK) =>
    post('/commission', { code, publicJwk: zP256PublicJwk.parse(key) })

  async function kiosk(office = 'Paro'): Promise<TestKiosk> {
    const key = await newKey()
    const answer = await commission(state.issuer.commissioningCode(office), key)
    const told = zCommissionAnswer.parse(await answer.json())
    const basic = Buffer.from(`${told.user}:${told.password}`).toString('base64')
    return { ...told, key, authorization: `Basic ${basic}` }
  }

  async function make(of: TestKiosk, changes: Changes = {}): Promise<Made> {
    const id = changes.id ?? ulid()
    const now = new Date().toISOString()
    const claims = { ...demoCitizen.claims, ...(changes.cid && { cid: changes.cid }) }
    const { sealed, parts, blobs } = await sealPacket({
      packet: {
        version: 1,
        request: id as Packet['request'],
        kind: 'enrolment',
        reason: 'new',
        schemaVersion: 1,
        claims,
        consent: { at: now, language: 'en', textVersion: 1 },
        fingerprints: { captured: [], exceptions: [] },
        staff: { officer: 'officer-1' },
        kiosk: { id: of.kiosk, office: of.office, app: '0' },
        times: { opened: now, submitted: now },
        ...changes.packet,
      },
      parts: [
        { name: 'portrait', mediaType: 'image/jpeg', bytes: randomBytes(changes.portraitBytes ?? 500) },
      ],
      issuerKey: of.trust.sealing,
      random: randomBytes,
    })
    const unsigned = {
      _id: `request:${id}`,
      type: 'request' as const,
      kind: 'enrolment' as const,
      kiosk: of.kiosk,
      office: of.office,
      created: now,
      officer: 'officer-1',
      sealed,
      parts,
      ...changes.document,
    }
    const signature = await signDocument(unsigned, changes.key ?? of.key)
    return { document: zRequestDoc.parse({ ...unsigned, signature }), blobs }
  }

  /** As replication writes: with the revisions of the kiosk. */
  async function write(of: TestKiosk, docs: object[], into = of.kiosk) {
    const withRevisions = docs.map((doc) => ({ _rev: '1-a', ...doc }))
    const body = { docs: withRevisions, new_edits: false }
    const answer = await post(`/store/kiosk-${into}-outbox/_bulk_docs`, body, of.authorization)
    return { status: answer.status, body: (await answer.json()) as unknown }
  }

  async function upload(of: TestKiosk, { sha256, bytes }: SealedBlob): Promise<number> {
    const made = await fetch(`${url()}/uploads`, {
      method: 'POST',
      headers: {
        authorization: of.authorization,
        'tus-resumable': '1.0.0',
        'upload-length': String(bytes.length),
        'upload-metadata': `sha256 ${Buffer.from(sha256).toString('base64')}`,
      },
    })
    const sent = await fetch(new URL(made.headers.get('location') ?? '', `${url()}/uploads`), {
      method: 'PATCH',
      headers: {
        authorization: of.authorization,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: Buffer.from(bytes),
    })
    return sent.status
  }

  async function send(of: TestKiosk, made: Made): Promise<string> {
    await write(of, [made.document])
    for (const blob of made.blobs) await upload(of, blob)
    return made.document._id.slice('request:'.length)
  }

  async function receipts(of: TestKiosk, id: string): Promise<ReceiptDoc[]> {
    const answer = await fetch(`${url()}/store/kiosk-${of.kiosk}-inbox/_all_docs?include_docs=true`, {
      headers: { authorization: of.authorization },
    })
    return zRows
      .parse(await answer.json())
      .rows.filter((row) => row.id.startsWith(`receipt:${id}:`))
      .map(({ doc }) => zReceiptDoc.parse(doc))
  }

  return {
    folder: folder.path,
    problems,
    state,
    url,
    post,
    commission,
    kiosk,
    make,
    write,
    upload,
    send,
    receipts,
    /** waits for the end of a request @returns `state` or `state reason` of each receipt, in order */
    async ended(of: TestKiosk, id: string): Promise<string[]> {
      return until(`The end of ${id}`, async () => {
        const all = await receipts(of, id)
        const over = all.some(({ state: one }) => ['ready', 'rejected', 'needs-attention'].includes(one))
        return over ? all.map((one) => [one.state, one.reason].filter(Boolean).join(' ')) : undefined
      })
    },
    /** @param store another than before */
    async restart(port?: number, store?: StoreChoice) {
      await state.issuer.close()
      state.issuer = await open(port, store)
    },
    async close() {
      await state.issuer.close()
      await folder.done()
    },
  }
}
