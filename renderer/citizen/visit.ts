/** What a citizen can want, and what the answers of the host mean for it. Pure, so that a table can try it. */
import type { FailureCode } from '../../main/api/failure.ts'
import type { Identified } from '../../main/api/z-citizen.ts'
import type { Language } from '../../main/api/z-enrolment.ts'
import type { api } from '../lib/app.svelte.ts'
import type { LinkState } from '../../main/api/z-status.ts'

/** What every screen may know of the kiosk, as the host says it. */
export type KioskInfo = Awaited<ReturnType<typeof api.session.state.query>>['kiosk']

/** How a visit ended: with what was wished for, by stopping or by nobody being there, or before anything was shown. */
export type Ending = 'done' | 'cleared' | 'unused'

/** What the welcome says to who is just leaving, in the language that was spoken; it names nobody. */
export interface Farewell {
  how: Exclude<Ending, 'unused'>
  language: Language
}

/** Wishes that begin with a card or a slip. */
export type Wish = 'collect' | 'follow' | 'card'

type RequestOf = NonNullable<Identified['request']>

/** What the ticket shows: the request's own state, or why there is none to show. */
export type TicketState = RequestOf['state'] | 'unknown' | 'offline'

/** Why a phone is paired: no issuer can be asked, the ID is on a phone already, or it lies here for the phone. */
export type PairWhy = 'offline' | 'again' | 'collect'

/** After identifying: ask for an offer, get to know the phone, or show how it stands. */
export type Next = { go: 'offer' } | { go: 'pair'; why: PairWhy } | { go: 'ticket'; state: TicketState }

/** @returns what comes after somebody was identified */
export function afterIdentified(wish: Wish, who: Identified, link: LinkState | undefined): Next {
  const { request } = who
  const offline = link !== undefined && link !== 'up' && link !== 'slow'
  if (wish === 'collect') return toPhone(who)
  if (request) return { go: 'ticket', state: request.state }
  // A card says who it is without any link; that no request is known then says nothing.
  return { go: 'ticket', state: offline ? 'offline' : 'unknown' }
}

/** "Put my ID on a phone": by the way that the host found, unless the request says that there is nothing to put on it. */
function toPhone({ request, phone }: Identified): Next {
  if (request?.state === 'rejected' || request?.state === 'needs-attention')
    return { go: 'ticket', state: request.state }
  switch (phone) {
    case 'collect':
      return { go: 'pair', why: 'collect' }
    case 'queue':
      return withoutLink(request)
    case 'offer':
      return request?.state === 'collected' ? { go: 'pair', why: 'again' } : { go: 'offer' }
  }
}

/** Nobody can be asked now: a request for the phone is taken, unless one is on its way already. */
function withoutLink(request: RequestOf | undefined): Next {
  if (request === undefined || request.state === 'ready' || request.state === 'collected')
    return { go: 'pair', why: 'offline' }
  return { go: 'ticket', state: request.state }
}

/** @returns where the visit goes on when no offer could be had; undefined if the failure must be shown as itself */
export function afterNoOffer(code: FailureCode, request: RequestOf | undefined): Next | undefined {
  const state = ticketOf(code, request)
  if (state === 'offline') return withoutLink(request)
  if (state === 'collected') return { go: 'pair', why: 'again' }
  return state && { go: 'ticket', state }
}

/** @returns what the ticket shows when no offer could be had; undefined if the failure must be shown as itself */
export function ticketOf(code: FailureCode, request: RequestOf | undefined): TicketState | undefined {
  switch (code) {
    case 'link.down':
    case 'link.slow':
    case 'issuer.error':
    case 'issuer.nonsense':
      return 'offline'
    case 'request.unknown':
      return 'unknown'
    case 'request.rejected':
      return 'rejected'
    case 'request.collected':
      return 'collected'
    case 'request.not-ready':
      // The issuer was asked just now; what the kiosk knew before may be older.
      return request && request.state !== 'ready' ? request.state : 'checking'
    default:
      return undefined
  }
}

export const ticketSteps = ['taken', 'received', 'ready', 'collected'] as const

/** @returns how many steps of the way are behind it; undefined where there is no way to show */
export function stepsDone(state: TicketState): number | undefined {
  switch (state) {
    case 'queued':
    case 'uploading':
      return 1
    case 'received':
    case 'checking':
    case 'needs-attention':
      return 2
    case 'ready':
      return 3
    case 'collected':
      return 4
    case 'rejected':
    case 'unknown':
    case 'offline':
      return undefined
  }
}

/** What to do now: come back, collect, see the staff, or nothing. */
export type Advice = 'safe' | 'ready' | 'staff' | 'collected'

export function adviceFor(state: TicketState): Advice {
  switch (state) {
    case 'queued':
    case 'uploading':
    case 'received':
    case 'checking':
    case 'offline':
      return 'safe'
    case 'ready':
      return 'ready'
    case 'collected':
      return 'collected'
    case 'needs-attention':
    case 'rejected':
    case 'unknown':
      return 'staff'
  }
}
