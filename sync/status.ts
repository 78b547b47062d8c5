/** From facts to what a person sees: a pure function, whatever order the facts came in and however often. */
import type { Heard } from './inbox.ts'
import type { ReceiptReason, RequestState } from './z-facts.ts'

export interface TimelineEntry {
  at: string
  state: RequestState
  reason?: ReceiptReason
  by: 'kiosk' | 'issuer'
}
export interface RequestStatus {
  state: RequestState
  reason?: ReceiptReason
  timeline: TimelineEntry[]
}

/**
 * @param request as the kiosk wrote it
 * @param receipts of that request, verified, in any order, with repeats
 * @param sending whether the issuer has the document but not yet all its payloads
 * @param refusedAt since when it cannot go on: the issuer's store would not take the document or a payload, or a payload
 *   here is damaged
 * @param refusedBy who found that out
 */
export function foldStatus(
  request: { created: string },
  receipts: readonly Pick<Heard, 'seq' | 'state' | 'reason' | 'at'>[],
  sending: boolean,
  refusedAt?: string,
  refusedBy: 'kiosk' | 'issuer' = 'issuer',
): RequestStatus {
  const bySeq = new Map(receipts.map((receipt) => [receipt.seq, receipt]))
  const ordered = [...bySeq.values()].sort((a, b) => a.seq - b.seq)
  const timeline: TimelineEntry[] = [
    { at: request.created, state: 'queued', by: 'kiosk' },
    ...ordered.map(({ at, state, reason }) => ({
      at,
      state,
      ...(reason && { reason }),
      by: 'issuer' as const,
    })),
  ]
  const last = ordered.at(-1)
  if (!last && refusedAt !== undefined) {
    timeline.push({ at: refusedAt, state: 'needs-attention', by: refusedBy })
    return { state: 'needs-attention', timeline }
  }
  if (!last) return { state: sending ? 'uploading' : 'queued', timeline }
  const state = last.state === 'received' && sending ? 'uploading' : last.state
  return { state, ...(last.reason && { reason: last.reason }), timeline }
}
