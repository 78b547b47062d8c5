/** What is done with one document of an outbox, as far as it goes with what has arrived, and what is said of it. */
import { inTurn } from '../../in-turn.ts'
import { verifyDocument } from '../../packet.ts'
import { zRequestDoc, zRequestId, type ReceiptReason, type RequestDoc } from '../../z-facts.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry, Registry, RequestEntry } from '../registry.ts'
import type { Revocations } from '../revocations.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Delegations } from '../delegations.ts'
import { jktOf } from '../../../main/credentials/handover/holder-mark.ts'
import type { AdoptedCode } from '../oid4vci/adopted-code.ts'
import type { Deliveries } from '../deliveries.ts'
import { noApproval } from '../../approval-policy.ts'
import type { ApprovalRules } from './check-approval.ts'
import { checkPacket } from './check-packet.ts'
import { claimForPhone, forPhone } from './claim-for-phone.ts'
import { judgeCollection } from './judge-collection.ts'
import { judgeReissue, type ReissueJudge } from './judge-reissue.ts'
import { openRequest } from './open-request.ts'
import { createReceipts, type Word } from './receipts.ts'
import type { OpenedParts } from './open-request.ts'
import type { ReissuePacket } from '../../z-packet.ts'

export interface StepsOptions {
  store: Pick<KioskStore, 'inbox'>
  registry: Registry
  uploads: {
    /** @throws where there is no telling */
    has(sha256: string): boolean | Promise<boolean>
    read(sha256: string): Promise<Uint8Array | undefined>
  }
  keys: IssuerKeys
  clock: { now(): number }
  /** by which passports are believed, DER or PEM */
  countryCertificates?: () => Promise<readonly Uint8Array[]>
  checkFinger?: ReissueJudge['checkFinger']
  /** when a second person must have looked at it, and who may; default: never */
  approval?: ApprovalRules
  deliveries: Pick<Deliveries, 'deliver'>
  revocations: Pick<Revocations, 'placeOf' | 'handedOver'>
  delegations: Pick<Delegations, 'handedOut' | 'replaced'>
  /** a code with which the phone may collect over its own network */
  adoptCode?: (code: AdoptedCode) => Promise<unknown>
  /** a credential was revoked */
  onRevoked: () => void
  onProblem: (event: string) => void
}

export interface Steps {
  /** Safe to repeat at any time. @throws whatever the disk or a store threw; the next call goes on from there */
  take(kiosk: KioskEntry, id: string, document: unknown): Promise<void>
  /** The citizen has it. */
  collected(request: string): Promise<void>
  isAllThere(payloads: readonly string[]): Promise<boolean>
}

type Known = Pick<RequestEntry, 'tag' | 'claims' | 'claim' | 'delivery'>
interface Judged {
  word: Word
  known: Known
}
const rejected = (reason: ReceiptReason): Judged => ({ word: { state: 'rejected', reason }, known: {} })

export function createSteps(options: StepsOptions): Steps {
  const { store, registry, uploads, keys, clock, onProblem } = options
  const { countryCertificates = () => Promise.resolve([]) } = options
  const { approval = { policy: noApproval, staff: [] } } = options
  const receipts = createReceipts(store, keys, clock)
  /** Of one request nothing is said twice at the same time, whichever kiosk brings it. */
  const inOrder = inTurn()

  async function say(
    entry: RequestEntry,
    words: readonly Word[],
    { known = {}, waitsFor = [] }: { known?: Known; waitsFor?: readonly string[] } = {},
  ): Promise<void> {
    const last = words.at(-1)
    if (!last) return
    // Before the registry: what the registry believes to be said is always there for the kiosk to hear.
    const seq = await receipts.write(entry.kiosk, entry.id, entry.seq + 1, words)
    const { state, reason } = last
    await registry.changeRequest(
      entry.id,
      (before = entry) => {
        const { reason: _before, ...rest } = before
        return { ...rest, ...known, state, seq, ...(reason && { reason }) }
      },
      waitsFor,
    )
  }

  /** To the kiosk that brought it, and not as the end of the request: another kiosk may bring the genuine one. */
  async function turnAway(kiosk: KioskEntry, request: string, reason: ReceiptReason): Promise<void> {
    await receipts.write(kiosk.id, request, 0, [{ state: 'rejected', reason }])
  }

  /** @returns the request as it is known, or new; undefined where it is not this kiosk's to bring */
  async function entryFor(document: RequestDoc, kiosk: KioskEntry, id: string) {
    const known = await registry.request(id)
    if (known?.kiosk === kiosk.id) return known
    if (document.kiosk !== kiosk.id || !(await verifyDocument(document, kiosk.jwk)))
      return void (await turnAway(kiosk, id, 'bad-kiosk-signature'))
    // A request belongs to the kiosk that brought it first.
    if (known) return void (await turnAway(kiosk, id, 'duplicate-request'))
    const { created } = document
    const fresh: RequestEntry = { kind: 'request', id, kiosk: kiosk.id, created, state: 'received', seq: -1 }
    return fresh
  }

  async function missingOf(payloads: readonly string[]): Promise<string[]> {
    const there = await Promise.all(payloads.map((sha256) => uploads.has(sha256)))
    return payloads.filter((_sha256, n) => !there[n])
  }

  /** From the last, which comes last: most questions end with the first answer. */
  async function isAllThere(payloads: readonly string[]): Promise<boolean> {
    for (const sha256 of payloads.toReversed()) if (!(await uploads.has(sha256))) return false
    return true
  }

  /** @returns the last word on it, and what is known of it from then on */
  async function judged(document: RequestDoc, kiosk: KioskEntry, id: string): Promise<Judged> {
    const opened = await openRequest(document, kiosk, keys, uploads.read)
    if (opened.isErr()) return rejected(opened.error)
    const { packet, parts } = opened.value
    if (packet.kind === 'collection') {
      const word = await judgeCollection(packet, kiosk, registry)
      // Said of both: that it was handed over, and that this has been heard.
      if (word.state === 'collected') await collected(packet.of)
      return { word, known: {} }
    }
    if (packet.kind === 'provision') {
      if (!(await options.delegations.handedOut(kiosk.id, packet, packet.of)))
        return rejected('schema-mismatch')
      // Told late, when the real one is in hand.
      if ((await registry.request(packet.of))?.state === 'collected') await endProvisional(packet.of)
      return { word: { state: 'collected' }, known: {} }
    }
    if ('holder' in packet) return reissued(packet, { parts, kiosk, id })
    const checked = await checkPacket(packet, parts, keys, { countryCertificates, approval })
    if (checked.isErr()) return rejected(checked.error)
    const { claims, attention } = checked.value
    if (attention) return { word: { state: 'needs-attention', reason: attention }, known: {} }
    const tag = keys.tag(claims.cid)
    if (!(await registry.claim(tag, packet.reason, id))) return rejected('duplicate-request')
    // Somebody who is enrolled stays enrolled; what was lost can be lost again.
    const claim = packet.reason === 'new' ? {} : { claim: packet.reason }
    return { word: { state: 'ready' }, known: { tag, claims: protectedClaims(claims, id), ...claim } }
  }

  const protectedClaims = (claims: object, id: string) => keys.protect(JSON.stringify(claims), id)

  async function reissued(
    packet: ReissuePacket,
    { parts, kiosk, id }: { parts: OpenedParts; kiosk: KioskEntry; id: string },
  ): Promise<Judged> {
    const result = await judgeReissue(packet, parts, kiosk, {
      keys,
      registry,
      checkFinger: options.checkFinger,
    })
    if (result.isErr()) {
      const reason = result.error
      // Somebody may know the citizen, or the enrolment is still on its way.
      const isOpen = reason === 'citizen-unknown'
      return isOpen ? { word: { state: 'needs-attention', reason }, known: {} } : rejected(reason)
    }
    const { claims, holder } = result.value
    const tag = keys.tag(claims.cid)
    const mine = await claimForPhone({ request: id, tag, holder: jktOf(holder) }, { registry, endReplaced })
    if (!mine.ok) return rejected(mine.reason)
    const statusIndex = await options.revocations.placeOf(id)
    const { formats } = packet.holder
    if (packet.later) {
      const until = Date.parse(packet.later.until)
      await options.adoptCode?.({ ...packet.later, request: packet.request, until, boundTo: jktOf(holder) })
    }
    const delivery = await options.deliveries.deliver({
      request: id,
      kiosk,
      claims,
      statusIndex,
      holder,
      formats,
      ...(mine.replaces !== undefined && { replaces: mine.replaces }),
    })
    // Sealed is issued: what was held before is worth nothing from now on, above all on a phone that was lost.
    if (await options.revocations.handedOver(id, tag)) options.onRevoked()
    const known = { tag, claims: protectedClaims(claims, id), claim: forPhone, delivery }
    return { word: { state: 'ready' }, known }
  }

  async function takeRequest(document: RequestDoc, kiosk: KioskEntry, id: string): Promise<void> {
    const entry = await entryFor(document, kiosk, id)
    if (!entry || (entry.state !== 'received' && entry.state !== 'checking')) return
    const held = document.parts.map(({ sha256 }) => sha256)
    const received: Word[] = entry.seq < 0 ? [{ state: 'received' }] : []
    const missing = await missingOf(held)
    if (missing.length > 0) {
      if (received.length > 0) await say(entry, received, { waitsFor: missing })
      else await registry.changeRequest(id, (before = entry) => before, missing)
      // One that came in between has found nobody waiting for it.
      if (await isAllThere(missing)) await takeRequest(document, kiosk, id)
      return
    }
    // All of them are kept here: from now on the kiosk need not keep its own.
    const checking: Word[] = entry.state === 'received' ? [{ state: 'checking', parts: held }] : []
    const before = [...received, ...checking]
    try {
      const { word, known } = await judged(document, kiosk, id)
      // Said together: between these words there is nothing that anybody could wait for.
      await say(entry, [...before, word], { known })
    } catch (error) {
      const now = (await registry.request(id)) ?? entry
      if (now.seq === entry.seq) await say(entry, before)
      throw error
    }
  }

  async function endProvisional(request: string): Promise<void> {
    if (await options.delegations.replaced(request)) options.onRevoked()
  }

  /** The citizen has come with another phone. It has come to its end also where it was collected in the last moment. */
  const endReplaced = (request: string) =>
    inOrder(request, async () => {
      const entry = await registry.request(request)
      if (entry?.state === 'ready') await say(entry, [{ state: 'rejected', reason: 'replaced-by-another' }])
      await endProvisional(request)
    })

  const collected = (request: string) =>
    inOrder(request, async () => {
      const entry = await registry.request(request)
      if (entry?.state === 'ready') await say(entry, [{ state: 'collected' }])
      if (entry?.tag !== undefined && entry.claim !== undefined)
        await registry.release(entry.tag, entry.claim, request)
      await endProvisional(request)
    })

  async function take(kiosk: KioskEntry, docId: string, doc: unknown): Promise<void> {
    const id = zRequestId.safeParse(docId.replace(/^request:/, ''))
    const parsed = zRequestDoc.safeParse(doc)
    if (parsed.success && id.success && parsed.data._id === docId)
      return inOrder(id.data, () => takeRequest(parsed.data, kiosk, id.data))
    onProblem(`unreadable document ${docId.slice(0, 34)}`)
    if (!id.success) return
    await inOrder(id.data, async () => {
      if (!(await registry.request(id.data))) await turnAway(kiosk, id.data, 'schema-mismatch')
    })
  }

  return {
    take,
    isAllThere,
    collected,
  }
}
