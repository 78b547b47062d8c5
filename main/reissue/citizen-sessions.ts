/**
 * What is known of the citizen who stands there, for as long as they do: in memory only, per window, found by handles
 * that mean nothing elsewhere, and overwritten when they leave or are gone for too long.
 */
import type { RequestId } from '../../sync/z-facts.ts'
import type { Clock } from '../clock.ts'

export type Identity = { by: 'card'; file: Uint8Array } | { by: 'slip'; request: RequestId }

interface Visit {
  seen: number
  identities: Map<string, Identity>
  offers: Set<string>
}

/** Longer than the screen waits for an answer, in case the screen is gone. */
const longestVisitMs = 10 * 60_000
const mostHandles = 20

export interface CitizenSessions {
  /** @returns a new handle for that identity */
  remember(session: string, identity: Identity): string
  recall(session: string, handle: string): Identity | undefined
  rememberOffer(session: string, offer: string): void
  hasOffer(session: string, offer: string): boolean
  wipe(session: string): void
  wipeAll(): void
}

export function createCitizenSessions(clock: Clock, random: (bytes: number) => Uint8Array): CitizenSessions {
  const visits = new Map<string, Visit>()

  function wipe(session: string): void {
    const visit = visits.get(session)
    visits.delete(session)
    for (const identity of visit?.identities.values() ?? []) {
      if (identity.by === 'card') identity.file.fill(0)
    }
    visit?.identities.clear()
    visit?.offers.clear()
  }

  function visitOf(session: string): Visit {
    const now = clock.now()
    for (const [other, { seen }] of visits) if (Math.abs(now - seen) > longestVisitMs) wipe(other)
    const visit = visits.get(session) ?? { seen: now, identities: new Map(), offers: new Set() }
    visit.seen = now
    visits.set(session, visit)
    return visit
  }

  return {
    remember(session, identity) {
      const { identities } = visitOf(session)
      const [oldest] = identities.keys()
      if (identities.size >= mostHandles && oldest !== undefined) identities.delete(oldest)
      const handle = Buffer.from(random(18)).toString('base64url')
      identities.set(handle, identity)
      return handle
    },
    recall: (session, handle) => visitOf(session).identities.get(handle),
    rememberOffer: (session, offer) => void visitOf(session).offers.add(offer),
    hasOffer: (session, offer) => visitOf(session).offers.has(offer),
    wipe,
    wipeAll: () => [...visits.keys()].forEach(wipe),
  }
}
