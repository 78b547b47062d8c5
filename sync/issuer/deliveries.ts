/**
 * Credentials that lie at the kiosks for phones without a network: issued, sealed to the key that the phone has proven, and
 * put into the inbox of every kiosk of the office. Nobody on the way can open them (docs/qr-hand-over.md).
 */
import type PouchDB from 'pouchdb'
import { packSmallest } from '../../main/credentials/handover/pack-credential.ts'
import { jktOf } from '../../main/credentials/handover/holder-mark.ts'
import { sealedSha256 } from '../../main/credentials/handover/receipt.ts'
import { sealForHolder, transferOf } from '../../main/credentials/handover/seal.ts'
import type { HandOverFormat } from '../../main/credentials/handover/pairing.ts'
import type { P256PublicJwk } from '../../main/credentials/keys.ts'
import type { FoundationalClaims } from '../../main/credentials/z-foundational.ts'
import { isStatus } from '../outbox.ts'
import { signDocument, verifyDelivery } from '../packet.ts'
import type { DeliveryDoc } from '../z-facts.ts'
import type { IssuerKeys } from './keys.ts'
import { issueCredential } from './oid4vci/issue-credential.ts'
import { configurationIds } from './oid4vci/configurations.ts'
import type { KioskEntry, Registry, RequestEntry } from './registry.ts'
import type { KioskStore } from './store/kiosk-store.ts'

export type Delivered = NonNullable<RequestEntry['delivery']>

export interface ToDeliver {
  request: string
  /** that the request came from */
  kiosk: KioskEntry
  claims: FoundationalClaims
  statusIndex: number
  holder: P256PublicJwk
  formats: readonly HandOverFormat[]
  /** a request of the same citizen for another phone, whose delivery is over with this one */
  replaces?: string
}

export interface Deliveries {
  /** Safe to repeat: what was sealed before a crash is what is delivered. @throws whatever a store threw */
  deliver(order: ToDeliver): Promise<Delivered>
  /** A kiosk that is new in its office gets what still waits there. */
  takeOver(kiosk: KioskEntry): Promise<void>
}

interface Parts {
  store: Pick<KioskStore, 'inbox'>
  registry: Pick<Registry, 'kiosks' | 'request'>
  keys: IssuerKeys
  clock: { now(): number }
  statusListUrl: () => string
}

const collectDays = 60
const dayMs = 86_400_000

export function createDeliveries({ store, registry, keys, clock, statusListUrl }: Parts): Deliveries {
  const ofOffice = async ({ office }: KioskEntry) =>
    (await registry.kiosks()).filter((one) => one.office === office)

  async function put(inbox: PouchDB, document: object & { _id: string }): Promise<void> {
    await inbox.put(document).catch((error: unknown) => {
      if (!isStatus(error, 409)) throw error
    })
  }

  async function sealed({
    request,
    claims,
    statusIndex,
    holder,
    formats,
    replaces,
  }: ToDeliver): Promise<DeliveryDoc> {
    const now = clock.now()
    const issue = { claims, statusIndex, holder: { jwk: holder }, keys, statusListUrl: statusListUrl(), now }
    const [first, ...others] = await Promise.all(
      formats.map((format) => issueCredential(configurationIds[format], issue)),
    )
    if (first === undefined) throw new TypeError('a phone that takes no format')
    const bytes = await sealForHolder(await packSmallest([first, ...others]), holder)
    const unsigned: Omit<DeliveryDoc, 'signature' | 'request' | 'replaces'> & {
      request: string
      replaces?: string
    } = {
      ...{ _id: `delivery:${request}`, type: 'delivery', request, holder: jktOf(holder) },
      sealed: Buffer.from(bytes).toString('base64url'),
      ...(replaces !== undefined && { replaces }),
      at: new Date(now).toISOString(),
      until: new Date(now + collectDays * dayMs).toISOString(),
    }
    const signature = await signDocument(unsigned, keys.signing.privateJwk)
    const document = await verifyDelivery({ ...unsigned, signature }, keys.signing.publicJwk)
    if (!document) throw new Error('a delivery that is none')
    return document
  }

  const standing = async (kiosk: KioskEntry, request: string) =>
    verifyDelivery(
      await store
        .inbox(kiosk.id)
        .get(`delivery:${request}`)
        .catch((error: unknown) => {
          if (isStatus(error, 404)) return undefined
          throw error
        }),
      keys.signing.publicJwk,
    )

  return {
    async deliver(order) {
      const document = (await standing(order.kiosk, order.request)) ?? (await sealed(order))
      // The kiosk that asked first: what stands there is what counts after a crash.
      await put(store.inbox(order.kiosk.id), document)
      for (const { id } of await ofOffice(order.kiosk)) await put(store.inbox(id), document)
      const bytes = Buffer.from(document.sealed, 'base64url')
      return { holder: document.holder, transfer: transferOf(bytes), sha256: sealedSha256(bytes) }
    },
    async takeOver(kiosk) {
      const [other] = (await ofOffice(kiosk)).filter(({ id }) => id !== kiosk.id)
      if (!other) return
      const all = { include_docs: true, startkey: 'delivery:', endkey: 'delivery:\uffff' }
      for (const { doc } of (await store.inbox(other.id).allDocs(all)).rows) {
        const document = await verifyDelivery(doc, keys.signing.publicJwk)
        const entry = document && (await registry.request(document.request))
        if (document && entry?.state === 'ready') await put(store.inbox(kiosk.id), document)
      }
    },
  }
}
