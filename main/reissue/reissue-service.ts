/** The self-service door: who is it, how does the request go, and the offer for the phone. */
import { err, ok, type Result } from 'neverthrow'
import type { JWK } from 'jose'
import type { CardIdentity, CardReaderPort } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import { retryHint } from '../api/failure.ts'
import type { ReissueService, StaffService } from '../api/services.ts'
import { mayUse, type Session } from '../api/session.ts'
import type { Identified } from '../api/z-citizen.ts'
import type { PhoneWay } from '../api/z-handover.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { readSlipCode } from '../enrolment/slip-code.ts'
import { requestIdOf, type SavedRequest, type SavedRequests } from '../requests/requests-service.ts'
import { shownGate, type FingerGate, type Person } from '../verification/finger-gate.ts'
import { zKnownFinger } from '../verification/z-template.ts'
import type { CitizenSessions, Identity } from './citizen-sessions.ts'
import type { IssuerCalls } from './issuer-calls.ts'
import {
  zLookupAnswer,
  zOfferAnswer,
  zOfferStateAnswer,
  type LookupAnswer,
  type OfferAnswer,
} from './z-issuer-answers.ts'

interface Parts {
  card: CardReaderPort
  cardKeys: () => Promise<readonly JWK[]>
  cardWaitMs: number
  issuer: IssuerCalls
  saved: SavedRequests
  /** those that a supervisor has to look at before they are sealed */
  waiting: () => Promise<{ id: RequestId; created: string }[]>
  index: SearchIndex
  sessions: CitizenSessions
  gate: FingerGate
  staff: Pick<StaffService, 'signIn'>
  audit: AuditLog
  /** what "put my ID on a phone" leads to */
  wayOf: (who: Identity, found: Found) => PhoneWay
  /** called with the window whose citizen left */
  onEnd: (session: string) => void
}

type Found = Identified['request']

/** @returns the service; see docs/processes.md for what the issuer is asked, `IssuerCalls` for how that may fail */
export function createReissueService(parts: Parts): ReissueService {
  const { card, issuer, saved, index, sessions, gate, audit } = parts

  async function readCard(
    signal: AbortSignal | undefined,
    withFinger = false,
  ): Promise<Result<CardIdentity, Failure>> {
    const trusted = await parts.cardKeys()
    if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
    const read = await card.readIdentity({
      ...{ trusted, withFinger, waitMs: parts.cardWaitMs, served: 'citizen' },
      ...(signal && { signal }),
    })
    return read.mapErr((code) => ({ code }))
  }

  /** Asks the issuer; where it cannot be asked, what this kiosk itself knows. */
  async function lookUp(
    who: Identity,
    here: () => Promise<SavedRequest | undefined>,
  ): Promise<Result<Found, Failure>> {
    const answer = await issuer.call('/kiosk/lookup', { schema: zLookupAnswer, body: bodyOf(who) })
    const told = answer.isOk() ? fromAnswer(answer.value) : undefined
    if (told) return ok(told)
    const local = await here()
    if (local) return ok(fromSaved(local))
    // For the citizen one that waits for a supervisor is like any that has not gone yet: it is safe here.
    const waits = (await parts.waiting()).findLast(({ id }) => idsOf(who).includes(id))
    if (waits) return ok({ id: waits.id, state: 'queued', created: waits.created })
    if (answer.isOk() || answer.error.code === 'request.unknown') return ok(undefined)
    return err(answer.error)
  }

  async function identified(session: Session, who: Identity, found: Result<Found, Failure>, person: Person) {
    if (found.isErr()) {
      await audit.record('citizen.refused', { by: who.by, code: found.error.code })
      return err<Identified, Failure>(found.error)
    }
    const decided = await gate.decide(person)
    const handle = sessions.remember(session.id, who, decided)
    const check = shownGate(decided)
    await audit.record('citizen.identified', { by: who.by, ...(found.value && { request: found.value.id }) })
    return ok<Identified, Failure>({
      ...{ handle, by: who.by, phone: parts.wayOf(who, found.value) },
      ...(found.value && { request: found.value }),
      ...(check && { check }),
    })
  }

  return {
    async identifyByCard(session, signal) {
      const read = await readCard(signal, gate.readsCards())
      if (read.isErr()) {
        await audit.record('citizen.refused', { by: 'card', code: read.error.code })
        return err(read.error)
      }
      const { claims, finger } = read.value
      const cid = typeof claims['cid'] === 'string' ? claims['cid'] : undefined
      const here = cid === undefined ? [] : index.byCid(cid).toSorted().reverse()
      const who: Identity = { by: 'card', file: Uint8Array.from(read.value.file), claims, requests: here }
      const found = await lookUp(who, () => newest(here))
      // The card itself says who it is: not knowing about a request is no reason to turn somebody away.
      const person: Person = {
        ...{ subject: cid ?? Buffer.from(read.value.file).toString('base64'), requests: here },
        onCard: finger && zKnownFinger.safeParse({ finger: finger.name, template: finger.template }).data,
      }
      return identified(session, who, found.isErr() && isAway(found.error) ? ok(undefined) : found, person)
    },
    async identifyBySlip(session, text) {
      const request = readSlipCode(text)
      if (request.isErr()) {
        await audit.record('citizen.refused', { by: 'slip', code: request.error.code })
        return err(request.error)
      }
      const who: Identity = { by: 'slip', request: request.value }
      const found = await lookUp(who, () => saved.get(request.value))
      const known = found.andThen((one) => (one ? ok(one) : err<Found, Failure>({ code: 'request.unknown' })))
      const person = { subject: request.value, requests: [request.value] }
      return identified(session, who, known, person)
    },
    async *checkFinger(session, handle, signal) {
      const before = sessions.gate(session.id, handle)
      const gone = { kind: 'failed', code: 'request.unknown', retry: retryHint('request.unknown') } as const
      if (!before) return yield gone
      yield* gate.check(before, (next) => sessions.moveGate(session.id, handle, next), signal)
    },
    async callOfficer(session, handle) {
      const before = sessions.gate(session.id, handle)
      if (!before) return err({ code: 'request.unknown' })
      if (before.state === 'finger' || before.state === 'sealed') {
        sessions.moveGate(session.id, handle, { state: 'officer', why: 'asked' })
        await audit.record('finger.officer-called', { code: 'asked' })
      }
      return ok(null)
    },
    async vouch(session, handle, { name, pin }) {
      if (!sessions.gate(session.id, handle)) return err({ code: 'request.unknown' })
      const staff = await parts.staff.signIn(name, pin)
      if (staff.isErr()) return err(staff.error)
      if (!mayUse('officer', staff.value)) return err({ code: 'role.forbidden' })
      sessions.moveGate(session.id, handle, {
        state: 'passed',
        by: { by: 'officer', officer: staff.value.id },
      })
      await audit.record('finger.vouched', { staff: staff.value.id })
      return ok(null)
    },
    async offer(session, handle) {
      const who = sessions.recall(session.id, handle)
      const passed = sessions.gate(session.id, handle)
      if (!who || !passed) return err({ code: 'request.unknown' })
      if (shownGate(passed)) return err({ code: 'verification.required' })
      const finger =
        passed.state === 'passed' && passed.by.by === 'sealed-finger' ? passed.by.finger : undefined
      const body = { ...bodyOf(who), ...(finger && { finger }) }
      const answer = await issuer.call('/kiosk/offers', { schema: zOfferAnswer, body })
      const offer = answer.andThen(offerIn)
      if (offer.isErr()) {
        // What the issuer did not believe opens nothing: the finger is asked for again.
        if (offer.error.code === 'verification.refused')
          sessions.moveGate(session.id, handle, { state: 'sealed' })
        await audit.record('citizen.offer-refused', { by: who.by, code: offer.error.code })
        return err(offer.error)
      }
      sessions.rememberOffer(session.id, offer.value.id)
      await audit.record('citizen.offer-made', { by: who.by })
      const { id, uri, txCode, expires } = offer.value
      return ok({ offer: id, uri, txCode, expires })
    },
    async offerState(session, offer) {
      if (!sessions.hasOffer(session.id, offer)) return ok({ state: 'unknown' })
      return issuer.call(`/kiosk/offers/${encodeURIComponent(offer)}`, { schema: zOfferStateAnswer })
    },
    async showCard(_session, signal) {
      const read = await readCard(signal)
      if (read.isErr()) return err(read.error)
      await audit.record('citizen.card-shown')
      const { claims, portrait } = read.value
      return ok({
        claims: Object.entries(claims).map(([name, value]) => ({ name, value: String(value) })),
        ...(portrait && { portrait: `data:image/jpeg;base64,${Buffer.from(portrait).toString('base64')}` }),
      })
    },
    async end(session) {
      sessions.wipe(session.id)
      parts.onEnd(session.id)
      await audit.record('citizen.left')
    },
  }

  async function newest(ids: RequestId[]): Promise<SavedRequest | undefined> {
    const [last] = ids.toSorted().reverse()
    return last && saved.get(last)
  }
}

const idsOf = (who: Identity): readonly RequestId[] => (who.by === 'card' ? who.requests : [who.request])

function bodyOf(who: Identity): object {
  return who.by === 'card'
    ? { cardFile: Buffer.from(who.file).toString('base64url') }
    : { request: who.request }
}

function fromAnswer({ request, state, reason, created }: LookupAnswer): Found {
  if (!request || !state || !created) return undefined
  return { id: request, state, created, ...(reason && { reason }) }
}

function fromSaved({ doc, state, reason }: SavedRequest): Found {
  return { id: requestIdOf(doc), state, created: doc.created, ...(reason && { reason }) }
}

const isAway = ({ code }: Failure) =>
  ['link.down', 'link.slow', 'issuer.error', 'issuer.nonsense'].includes(code)

/** `request.unknown`, `request.rejected`, `request.collected`, `request.not-ready` when there is nothing to hand over */
function offerIn({
  request,
  state,
  offer,
  refused,
}: OfferAnswer): Result<NonNullable<OfferAnswer['offer']>, Failure> {
  if (refused) return err({ code: 'verification.refused' })
  if (offer) return ok(offer)
  if (!request) return err({ code: 'request.unknown' })
  if (state === 'rejected') return err({ code: 'request.rejected' })
  if (state === 'collected') return err({ code: 'request.collected' })
  return err({ code: 'request.not-ready' })
}
