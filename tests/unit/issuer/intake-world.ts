/** The intake over a real registry and a real store, whose writes can be made to fail from the n-th on, as a crash does. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type PouchDB from 'pouchdb'
import { exportJWK, generateKeyPair } from 'jose'
import { ulid } from 'ulid'
import { zP256PrivateJwk, zP256PublicJwk } from '../../../main/credentials/keys.ts'
import { createDeliveries } from '../../../sync/issuer/deliveries.ts'
import { createIntake } from '../../../sync/issuer/intake/intake.ts'
import { loadKeys, type IssuerKeys } from '../../../sync/issuer/keys.ts'
import { openRecords, type Records } from '../../../sync/issuer/records.ts'
import { openRegistry, type KioskEntry } from '../../../sync/issuer/registry.ts'
import { openRevocations } from '../../../sync/issuer/revocations.ts'
import { openKioskStore, type KioskStore } from '../../../sync/issuer/store/kiosk-store.ts'
import { sealPacket, signDocument, type SealedBlob } from '../../../sync/packet.ts'
import { zRequestId, type RequestDoc } from '../../../sync/z-facts.ts'
import { madeRequest } from '../../fixtures/made-request.ts'

export interface Made {
  id: string
  document: Omit<RequestDoc, '_id'> & { _id: string }
  blobs: SealedBlob[]
}

/** How writes fail: with a crash none after it is done either; `told` is done, and said not to be. */
export interface Fault {
  atWrite: number
  told: 'not-done' | 'done'
  forGood: boolean
}

const root = mkdtempSync(join(tmpdir(), 'intake-'))
export const clearIntakeWorlds = () => rmSync(root, { recursive: true, force: true })
const pair = await generateKeyPair('ES256', { extractable: true })
const key = zP256PrivateJwk.parse(await exportJWK(pair.privateKey))
export const issuerKeys: IssuerKeys = await loadKeys(join(root, 'keys'))

export async function makeFor(
  kiosk: Pick<KioskEntry, 'id' | 'office'>,
  cid: string,
  id = ulid(),
): Promise<Made> {
  const at = new Date().toISOString()
  const request = zRequestId.parse(id)
  const of = { kiosk: kiosk.id, office: kiosk.office }
  const { packet, parts } = madeRequest(of, { id: request, kind: 'enrolment', cid, sizes: [900, 700], at })
  const sealed = await sealPacket({
    packet,
    parts,
    issuerKey: issuerKeys.sealing.publicJwk,
    random: randomBytes,
  })
  const unsigned = {
    ...{ _id: `request:${id}`, type: 'request' as const, kind: packet.kind, ...of, created: at },
    ...{ officer: 'officer-1', sealed: sealed.sealed, parts: sealed.parts },
  }
  return { id, blobs: sealed.blobs, document: { ...unsigned, signature: await signDocument(unsigned, key) } }
}

export async function intakeWorld() {
  const folder = mkdtempSync(join(root, 'world-'))
  let fault: Fault | undefined
  let writes = 0
  let failed = 0

  async function written<T>(work: () => Promise<T>): Promise<T> {
    writes += 1
    const hit = fault && (fault.forGood ? writes >= fault.atWrite : writes === fault.atWrite)
    if (!fault || !hit) return work()
    failed += 1
    if (fault.told === 'done' && writes === fault.atWrite) await work()
    throw new Error('ENOSPC')
  }
  const payloads = new Map<string, Uint8Array>()
  const real = openKioskStore(folder)
  const records: Records = openRecords(join(folder, 'registry'))
  const store: KioskStore = {
    ...real,
    inbox: (kiosk) =>
      new Proxy(real.inbox(kiosk), {
        get: (target, name: keyof PouchDB) => {
          if (name === 'bulkDocs') return (docs: never) => written(() => target.bulkDocs(docs))
          if (name === 'put') return (doc: never) => written(() => target.put(doc))
          const member: unknown = Reflect.get(target, name)
          return typeof member === 'function' ? (member.bind(target) as unknown) : member
        },
      }),
    setSeenTo: (kiosk, seq) => written(() => real.setSeenTo(kiosk, seq)),
  }
  const registry = openRegistry('', { ...records, write: (changes) => written(() => records.write(changes)) })
  const places: Records = openRecords(join(folder, 'revocations'))
  const revocations = openRevocations('', {
    ...places,
    write: (changes) => written(() => places.write(changes)),
  })
  const clock = { now: () => Date.now() }
  const kiosks = [
    await registry.addKiosk('Paro', zP256PublicJwk.parse(key), 'a'),
    await registry.addKiosk('Haa', zP256PublicJwk.parse(key), 'b'),
  ] as const
  // Nothing of a registry that was just made is counted.
  await registry.newestByTag('x')

  function open() {
    let tell: (sha256: string) => void = () => undefined
    const intake = createIntake({
      ...{ store, registry, revocations, keys: issuerKeys, clock, retryMs: 10 },
      deliveries: createDeliveries({
        ...{ store, registry, keys: issuerKeys, clock },
        statusListUrl: () => 'http://127.0.0.1/status/1',
      }),
      delegations: { handedOut: async () => true, replaced: async () => false },
      onRevoked: () => undefined,
      onProblem: () => undefined,
      uploads: {
        has: (sha256) => payloads.has(sha256),
        read: async (sha256) => payloads.get(sha256),
        onArrived: (listener) => void (tell = listener),
      },
    })
    return { intake, arrived: (sha256: string) => tell(sha256) }
  }
  let running = open()
  await running.intake.start()

  return {
    kiosks,
    /** writes of the issuer since the fault was set, and how many of them failed */
    counted: () => ({ writes, failed }),
    fail(next: Fault | undefined): void {
      fault = next
      writes = 0
      failed = 0
    },
    async write(kiosk: KioskEntry, { document }: Made): Promise<void> {
      await real.outbox(kiosk.id).bulkDocs([{ ...document, _rev: '1-a' }], { new_edits: false })
      await running.intake.look(kiosk.id)
    },
    async arrive({ sha256, bytes }: SealedBlob): Promise<void> {
      payloads.set(sha256, bytes)
      running.arrived(sha256)
      await new Promise((resolve) => setTimeout(resolve, 5))
    },
    /** As after a crash: what it had in mind is gone. */
    async restart(): Promise<void> {
      await running.intake.stop()
      fault = undefined
      running = open()
      await running.intake.start()
    },
    async ended(kiosk: KioskEntry, { id }: Made) {
      const said = await real.inbox(kiosk.id).allDocs({
        ...{ include_docs: true, startkey: `receipt:${id}:`, endkey: `receipt:${id}:~` },
      })
      const open = []
      for await (const one of registry.openRequests()) if (one.id === id) open.push(one)
      const entry = await registry.request(id)
      return {
        said: said.rows.map(({ doc }) => {
          const { state, reason } = Object(doc)
          return [state, reason].filter(Boolean).join(' ')
        }),
        known: entry?.state,
        claims: entry?.claims !== undefined,
        open: open.length,
        names: (await records.list('')).filter(({ key }) => /^(want|open):/.test(key) && key.includes(id))
          .length,
      }
    },
    async close(): Promise<void> {
      await running.intake.stop()
      await Promise.all([registry.close(), revocations.close(), real.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
