/**
 * Of all that a citizen asks for the phone, one request counts: of two for the same phone the first, of two for different
 * phones the one that was asked later, for who comes with another phone has no use for the first.
 */
import type { ReceiptReason } from '../../z-facts.ts'
import type { Registry, RequestEntry } from '../registry.ts'

/** Two who ask for a phone at once ask for the same, whatever they call it. */
export const forPhone = 'phone'

export interface Claimant {
  request: string
  /** the citizen's keyed name */
  tag: string
  /** thumbprint of the phone's key */
  holder: string
}

interface Parts {
  registry: Pick<Registry, 'claim' | 'claimed' | 'passOn' | 'request'>
  /** tells the kiosk of that request that another has taken its place; safe to repeat */
  endReplaced: (request: string) => Promise<void>
}

type Claimed = { ok: true; replaces?: string } | { ok: false; reason: ReceiptReason }

/** @returns whether this request counts, and which one it has replaced; safe to repeat after a crash */
export async function claimForPhone(
  { request, tag, holder }: Claimant,
  { registry, endReplaced }: Parts,
): Promise<Claimed> {
  if (!(await registry.claim(tag, forPhone, request))) {
    const from = (await registry.claimed(tag, forPhone))?.request
    const standing = from === undefined ? undefined : await registry.request(from)
    if (!standing || !isForAnother(standing, holder)) return { ok: false, reason: 'duplicate-request' }
    // The numbers of requests rise with the time at which they were begun, whenever they are heard.
    if (request < standing.id) return { ok: false, reason: 'replaced-by-another' }
    if (!(await registry.passOn(tag, forPhone, { from: standing.id, to: request })))
      return claimForPhone({ request, tag, holder }, { registry, endReplaced })
  }
  const replaces = (await registry.claimed(tag, forPhone))?.replaces
  if (replaces === undefined) return { ok: true }
  await endReplaced(replaces)
  return { ok: true, replaces }
}

const isForAnother = ({ state, delivery }: RequestEntry, holder: string) =>
  state === 'ready' && delivery !== undefined && delivery.holder !== holder
