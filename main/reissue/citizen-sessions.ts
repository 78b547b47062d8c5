/**
 * What is known of the citizen who stands there, for as long as they do: in memory only, per window, found by handles
 * that mean nothing elsewhere, and overwritten when they leave or are gone for too long.
 */
import type { RequestId } from '../../sync/z-facts.ts'
import type { Clock } from '../clock.ts'
import { wipeGate, type Gate } from '../verification/finger-gate.ts'

export type Identity =
  | { by: 'card'; file: Uint8Array; claims: Record<string, unknown>; requests: readonly RequestId[] }
  | { by: 'slip'; request: RequestId }

interface Visit {
  seen: number
  identities: Map<string, Identity>
  /** what stands between each of them and an offer */
  gates: Map<string, Gate>
  offers: Set<string>
}

/** Longer than the screen waits for an answer, in case the screen is gone. */
const longestVisitMs = 10 * 60_000
const mostHandles = 20

export interface CitizenSessions {
  /** @returns a new handle for that identity, which the gate stands before */
  remember(session: string, identity: Identity, gate: Gate): string
  /** what stands before it now; undefined for a handle that nobody has */
  gate(session: string, handle: string): Gate | undefined
  /** Puts another gate before it; nothing happens where the visit is over. */
  moveGate(session: string, handle: string, gate: Gate): void
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
      if (identity.by !== 'card') continue
      identity.file.fill(0)
      identity.claims = {}
    }
    for (const gate of visit?.gates.values() ?? []) wipeGate(gate)
    visit?.gates.clear()
    visit?.identities.clear()
    visit?.offers.clear()
  }

  function visitOf(session: string): Visit {
    const now = clock.now()
    for (const [other, { seen }] of visits) if (Math.abs(now - seen) > longestVisitMs) wipe(other)
    const visit = visits.get(session) ?? {
      seen: now,
      identities: new Map(),
      gates: new Map(),
      offers: new Set(),
    }
    visit.seen = now
    visits.set(session, visit)
    return visit
  }

  return {
    remember(session, identity, gate) {
      const { identities, gates } = visitOf(session)
      const [oldest] = identities.keys()
      if (identities.size >= mostHandles && oldest !== undefined) {
        identities.delete(oldest)
        gates.delete(oldest)
      }
      const handle = Buffer.from(random(18)).toString('base64url')
      identities.set(handle, identity)
      gates.set(handle, gate)
      return handle
    },
    recall: (session, handle) => visitOf(session).identities.get(handle),
    gate: (session, handle) => visitOf(session).gates.get(handle),
    moveGate(session, handle, gate) {
      const gates = visits.get(session)?.gates
      const before = gates?.get(handle)
      if (!gates || !before) return
      wipeGate(before)
      gates.set(handle, gate)
    },
    rememberOffer: (session, offer) => void visitOf(session).offers.add(offer),
    hasOffer: (session, offer) => visitOf(session).offers.has(offer),
    wipe,
    wipeAll: () => [...visits.keys()].forEach(wipe),
  }
}
