/** The self-service door: who is it, how does the request go, and the offer for the phone. */
import { err, ok, type Result } from 'neverthrow'
import type { JWK } from 'jose'
import type { CardIdentity, CardReaderPort } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { ReissueService } from '../api/services.ts'
import type { Session } from '../api/session.ts'
import type { Identified } from '../api/z-citizen.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { readSlipCode } from '../enrolment/slip-code.ts'
import { requestIdOf, type SavedRequest, type SavedRequests } from '../requests/requests-service.ts'
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
  index: SearchIndex
  sessions: CitizenSessions
  audit: AuditLog
  /** called with the window whose citizen left */
  onEnd: (session: string) => void
}

type Found = Identified['request']

/** @returns the service; see docs/processes.md for what the issuer is asked, `IssuerCalls` for how that may fail */
export function createReissueService(parts: Parts): ReissueService {
  const { card, issuer, saved, index, sessions, audit } = parts

  async function readCard(signal: AbortSignal | undefined): Promise<Result<CardIdentity, Failure>> {
    const trusted = await parts.cardKeys()
    if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
    const read = await card.readIdentity({ trusted, waitMs: parts.cardWaitMs, ...(signal && { signal }) })
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
    if (answer.isOk() || answer.error.code === 'request.unknown') return ok(undefined)
    return err(answer.error)
  }

  async function identified(session: Session, who: Identity, found: Result<Found, Failure>) {
    if (found.isErr()) {
      await audit.record('citizen.refused', { by: who.by, code: found.error.code })
      return err<Identified, Failure>(found.error)
    }
    const handle = sessions.remember(session.id, who)
    await audit.record('citizen.identified', { by: who.by, ...(found.value && { request: found.value.id }) })
    return ok<Identified, Failure>({ handle, by: who.by, ...(found.value && { request: found.value }) })
  }

  return {
    async identifyByCard(session, signal) {
      const read = await readCard(signal)
      if (read.isErr()) {
        await audit.record('citizen.refused', { by: 'card', code: read.error.code })
        return err(read.error)
      }
      const { cid } = read.value.claims
      const who: Identity = { by: 'card', file: Uint8Array.from(read.value.file) }
      const found = await lookUp(who, () => newest(typeof cid === 'string' ? index.byCid(cid) : []))
      // The card itself says who it is: not knowing about a request is no reason to turn somebody away.
      return identified(session, who, found.isErr() && isAway(found.error) ? ok(undefined) : found)
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
      return identified(session, who, known)
    },
    async offer(session, handle) {
      const who = sessions.recall(session.id, handle)
      if (!who) return err({ code: 'request.unknown' })
      const answer = await issuer.call('/kiosk/offers', { schema: zOfferAnswer, body: bodyOf(who) })
      const offer = answer.andThen(offerIn)
      if (offer.isErr()) {
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
function offerIn({ request, state, offer }: OfferAnswer): Result<NonNullable<OfferAnswer['offer']>, Failure> {
  if (offer) return ok(offer)
  if (!request) return err({ code: 'request.unknown' })
  if (state === 'rejected') return err({ code: 'request.rejected' })
  if (state === 'collected') return err({ code: 'request.collected' })
  return err({ code: 'request.not-ready' })
}
