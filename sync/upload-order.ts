/** Which payload goes next: a pure function of the queue. */
import type { PartRef, RequestHead } from './z-facts.ts'

export interface Candidate {
  head: Pick<RequestHead, 'kind' | 'created'>
  /** bytes of its payloads that the issuer has not acknowledged */
  bytesToGo: number
}

/**
 * Newest re-issue first, for somebody may be standing there; then what one piece finishes; then the oldest enrolment.
 * Within a request the small payloads go before the large: the more of them are whole, the less a cut costs.
 * @param pieceBytes what goes in one piece at today's speed
 */
export function inOrder<T extends Candidate>(requests: readonly T[], pieceBytes: number): T[] {
  return frontOf(requests, pieceBytes, requests.length)
}

/** @returns the first `most` of them in that order, without sorting the rest: a queue may hold 20,000 */
export function frontOf<T extends Candidate>(requests: Iterable<T>, pieceBytes: number, most: number): T[] {
  const before = (a: T, b: T) => compare(a, b, pieceBytes) < 0
  const front: T[] = []
  for (const one of requests) {
    const last = front[most - 1]
    if (most === 0 || (last && !before(one, last))) continue
    let low = 0
    let high = front.length
    while (low < high) {
      const middle = (low + high) >> 1
      const there = front[middle]
      if (there && before(one, there)) high = middle
      else low = middle + 1
    }
    front.splice(low, 0, one)
    if (front.length > most) front.pop()
  }
  return front
}

function compare(a: Candidate, b: Candidate, pieceBytes: number): number {
  const rank = ({ head, bytesToGo }: Candidate) =>
    head.kind === 'reissue' ? 0 : bytesToGo <= pieceBytes ? 1 : 2
  const between = rank(a) - rank(b)
  if (between !== 0) return between
  const older = a.head.created < b.head.created ? -1 : a.head.created > b.head.created ? 1 : 0
  return a.head.kind === 'reissue' ? -older : older
}

/** @returns its payloads, small ones first */
export function partsInOrder(parts: readonly PartRef[]): PartRef[] {
  return [...parts].sort((a, b) => a.bytes - b.bytes)
}
