/**
 * What a citizen and a phone can do here without a link: show the phone's key, ask for the credential anew, take what has
 * come for it, and say that it is there (docs/qr-hand-over.md). Nothing of what is handed over can be read here.
 */
import { err, ok, type Result } from 'neverthrow'
import { ulid } from 'ulid'
import type { Inbox } from '../../sync/inbox.ts'
import { zRequestId, type RequestDoc, type RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { OfflineService } from '../api/services.ts'
import type { HandOver, PhoneWay, ReissueTicket } from '../api/z-handover.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import type { Commission } from '../commission/z-commission.ts'
import { framesFor } from '../credentials/handover/frames.ts'
import { createPairing, readHolderProof, type PairedHolder } from '../credentials/handover/pairing.ts'
import { readHandOverReceipt, sealedSha256 } from '../credentials/handover/receipt.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { slipCode } from '../enrolment/slip-code.ts'
import { serialWork } from '../serial-work.ts'
import { shownGate } from '../verification/finger-gate.ts'
import { buildReissue, type ReissuePieces } from './build-reissue.ts'
import { laterOffer, makeLaterCode, type Collecting } from './later-offer.ts'
import type { CitizenSessions, Identity } from './citizen-sessions.ts'
import type { PhoneVisit, PhoneVisits } from './phone-visits.ts'
import type { ProvisionalDesk } from './provisional-desk.ts'

interface Parts {
  sessions: CitizenSessions
  visits: PhoneVisits
  inbox: Pick<Inbox, 'delivery' | 'openDelivery' | 'deliveriesFor'>
  commission: () => Commission | undefined
  /** seals to the issuer, signs and fsyncs; `save.*`, `kiosk.not-commissioned`: nothing was saved */
  sealAndSave: (pieces: ReissuePieces) => Promise<Result<RequestDoc, Failure>>
  /** `kiosk.not-commissioned` */
  kiosk: () => Result<{ id: string; office: string; app: string }, Failure>
  /** so that the card finds the request again, here, also without a link */
  index: Pick<SearchIndex, 'add'>
  provisional?: ProvisionalDesk
  /** where phones collect over a network of their own, as the issuer said it */
  collecting: () => Promise<Collecting | undefined>
  isLinkUp: () => boolean
  /** the DID that the issuer signs credentials with now; default: the one that it was commissioned by */
  issuerName?: () => Promise<string | undefined>
  clock: Clock
  random: (bytes: number) => Uint8Array
  audit: AuditLog
}

export interface OfflineDesk extends OfflineService {
  wayOf(who: Identity, request: { id: RequestId; state: string } | undefined): PhoneWay
  forget(session: string): void
}

export function createOfflineDesk(parts: Parts): OfflineDesk {
  const { sessions, visits, inbox, clock, random, audit } = parts
  const oneByOne = serialWork()
  const gone = err<never, Failure>({ code: 'request.unknown' })
  const newId = () => zRequestId.parse(ulid(clock.now(), () => (random(1)[0] ?? 0) / 256))

  /** The citizen, the phone and that nothing stands between them. */
  function met(session: string, handle: string, pairing: string) {
    const who = sessions.recall(session, handle)
    const gate = sessions.gate(session, handle)
    const visit = visits.of(session, handle, pairing)
    if (!who || !gate || !visit?.holder) return gone
    if (shownGate(gate)) return err<never, Failure>({ code: 'verification.required' })
    return ok({ who, gate, visit, holder: visit.holder })
  }

  /** requests of this citizen that something was sealed for */
  const delivered = (who: Identity) =>
    (who.by === 'slip' ? [who.request] : who.requests).filter((id) => isHere(id))
  const isHere = (id: RequestId) => {
    const until = inbox.delivery(id)?.until
    return until !== undefined && Date.parse(until) > clock.now()
  }
  const waitingFor = ({ jkt }: PairedHolder) => inbox.deliveriesFor(jkt).filter(isHere).sort().at(-1)

  async function ticketOf(
    visit: PhoneVisit,
    { doc, who, later }: { doc: RequestDoc; who: Identity; later: ReissueTicket['later'] },
  ): Promise<ReissueTicket> {
    const may = await parts.provisional?.available(who)
    return {
      ...(later && { later }),
      ...{ request: visit.request, created: doc.created, slip: slipCode(visit.request) },
      ...(may?.isOk() && { provisional: { validUntil: may.value.validUntil } }),
    }
  }

  /** `handover.other-phone`, `handover.not-ready` */
  async function credentialFor(who: Identity, holder: PairedHolder) {
    const request = waitingFor(holder)
    const document = request && (await inbox.openDelivery(request))
    if (document) return ok({ of: document.request, sealed: Buffer.from(document.sealed, 'base64url') })
    const code = delivered(who).length > 0 ? 'handover.other-phone' : 'handover.not-ready'
    return err<never, Failure>({ code })
  }

  /** `provisional.*`; only for a citizen whose request has just been queued */
  async function provisionalFor(session: string, who: Identity, { handle, holder, ticket }: PhoneVisit) {
    const desk = parts.provisional
    if (!desk || !holder || !ticket) return err<never, Failure>({ code: 'provisional.not-allowed' })
    const kiosk = parts.kiosk()
    if (kiosk.isErr()) return err(kiosk.error)
    return visits.giveOnce(session, { handle, jkt: holder.jkt }, () =>
      desk.make(who, holder, (place) =>
        parts.sealAndSave({
          packet: {
            ...{ version: 1, kind: 'provision', request: newId(), of: ticket.request, ...place },
            ...{ kiosk: kiosk.value, times: { submitted: instant(clock) } },
          },
          parts: [],
        }),
      ),
    )
  }

  return {
    wayOf: (who, request) => {
      if (delivered(who).length > 0 && request?.state !== 'collected') return 'collect'
      return parts.isLinkUp() ? 'offer' : 'queue'
    },
    async pair(session, handle, purpose) {
      const commission = parts.commission()
      if (!commission) return err({ code: 'kiosk.not-commissioned' })
      if (!sessions.recall(session.id, handle)) return gone
      const { trust, office } = commission
      const audience = (await parts.issuerName?.()) ?? trust.issuer
      const pairing = createPairing({ purpose, audience, office, clock, random })
      visits.begin(session.id, { pairing, handle, request: newId() })
      return ok({ pairing: pairing.id, qr: pairing.text, expires: new Date(pairing.expires).toISOString() })
    },
    async paired(session, handle, pairing, answer) {
      const visit = visits.of(session.id, handle, pairing)
      if (!visit) return err({ code: 'pairing.wrong-nonce', detail: { reason: 'request' } })
      const holder = await readHolderProof(answer, visit.pairing, clock.now())
      if (holder.isErr()) {
        await audit.record('phone.refused', { code: holder.error.code })
        return err(holder.error)
      }
      // Of two phones that answer, the first one counts: the pairing is for one.
      if (visit.holder && visit.holder.jkt !== holder.value.jkt)
        return err({ code: 'pairing.wrong-nonce', detail: { reason: 'request' } })
      visit.holder = holder.value
      await audit.record('phone.paired')
      return ok({ mark: holder.value.mark, waiting: waitingFor(holder.value) !== undefined })
    },
    async queueReissue(session, handle, { pairing, reason, language }) {
      const all = met(session.id, handle, pairing)
      const kiosk = parts.kiosk()
      if (all.isErr()) return err(all.error)
      if (kiosk.isErr()) return err(kiosk.error)
      const { who, gate, visit, holder } = all.value
      // Two that are under way at once would each make a code, of which the issuer gets to know one.
      return oneByOne(visit.request, async () => {
        if (visit.ticket) return ok(visit.ticket)
        const now = instant(clock)
        const collecting = await parts.collecting()
        const later = collecting && makeLaterCode(visit.request, clock.now(), random)
        const saved = await parts.sealAndSave(
          buildReissue({
            ...(later && { later }),
            ...{ request: visit.request, reason, who, gate, holder, nonce: visit.pairing.nonce },
            ...{ kiosk: kiosk.value, now, consent: { at: now, language, textVersion: 1 } },
          }),
        )
        if (saved.isErr()) {
          await audit.record('reissue.not-saved', { request: visit.request, code: saved.error.code })
          return err(saved.error)
        }
        const cid = who.by === 'card' ? who.claims['cid'] : undefined
        if (typeof cid === 'string') await parts.index.add(visit.request, { cid })
        await audit.record('reissue.queued', { request: visit.request, by: who.by })
        visit.ticket = await ticketOf(visit, {
          ...{ doc: saved.value, who },
          later: later && {
            ...{ uri: laterOffer(later, collecting), txCode: later.txCode, until: later.until },
          },
        })
        return ok(visit.ticket)
      })
    },
    async handOver(session, handle, { pairing, what }) {
      const all = met(session.id, handle, pairing)
      if (all.isErr()) return err(all.error)
      const { who, visit, holder } = all.value
      const given = await (what === 'credential'
        ? credentialFor(who, holder)
        : provisionalFor(session.id, who, visit))
      if (given.isErr()) {
        await audit.record('hand-over.refused', { kind: what, code: given.error.code })
        return err(given.error)
      }
      const { sealed } = given.value
      const { transfer, frames, needed, bytes } = framesFor(sealed)
      visits.handOver(session.id, transfer, {
        ...{ handle, sha256: sealedSha256(sealed), jkt: holder.jkt },
        ...('of' in given.value && { of: given.value.of }),
      })
      await audit.record('hand-over.begun', { kind: what })
      const until = 'validUntil' in given.value ? { validUntil: given.value.validUntil } : {}
      return ok<HandOver, Failure>({ transfer, what, frames, needed, bytes, ...until })
    },
    async received(session, handle, { transfer, answer }) {
      const underWay = visits.underWay(session.id, handle, transfer)
      const kiosk = parts.kiosk()
      if (!underWay) return gone
      if (kiosk.isErr()) return err(kiosk.error)
      const { sha256, jkt, of } = underWay
      const read = await readHandOverReceipt(answer, { transfer, sha256, jkt })
      if (read.isErr()) return err(read.error)
      if (of !== undefined && !underWay.received) {
        const now = instant(clock)
        const packet = {
          ...{ version: 1 as const, kind: 'collection' as const, request: newId(), of },
          ...{ receipt: read.value.jws, kiosk: kiosk.value, times: { submitted: now } },
        }
        const saved = await parts.sealAndSave({ packet, parts: [] })
        if (saved.isErr()) return err(saved.error)
      }
      underWay.received = true
      await audit.record('hand-over.received', { kind: of === undefined ? 'provisional' : 'credential' })
      return ok(null)
    },
    forget: visits.forget,
  }
}
