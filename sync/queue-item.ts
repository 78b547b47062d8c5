/** One request of the queue, as it is kept in memory: small, for there may be 20,000. */
import type { PackedParts, PartTable, RequestParts } from './part-table.ts'
import type { RequestStatus } from './status.ts'
import { zRequestId, type RequestHead, type RequestId } from './z-facts.ts'

/** What a document says but for its payloads and its sealed content. */
export type RequestFacts = Omit<RequestHead, 'parts'>

export interface RequestOverview extends RequestStatus {
  id: RequestId
  document: RequestFacts
  /** bytes that the issuer has not acknowledged yet */
  bytesToGo: number
  /** technical: why it cannot go on by itself */
  refusal?: string
  /** what that is about: who would not take what, or that a payload here is damaged or gone */
  stopped?: Stopped
}

export type Stopped = 'document-refused' | 'payload-refused' | 'payload-damaged'

export class QueueItem {
  readonly id: RequestId
  readonly facts: RequestFacts
  /** payloads that the issuer has not acknowledged whole */
  readonly unsent: RequestParts
  /** bytes of them that it has acknowledged */
  acknowledged = 0
  /** a payload that is damaged or gone on this disk, and that the issuer does not have */
  damaged: { reason: string; at: string } | undefined
  shown: RequestOverview | undefined

  constructor(facts: RequestFacts, parts: PackedParts, table: PartTable<QueueItem>, allSent: boolean) {
    this.id = idOf(facts)
    this.facts = facts
    this.unsent = table.add(this, parts, allSent)
  }

  /** the document without its sealed content; put together each time */
  get head(): RequestHead {
    return { ...this.facts, parts: this.unsent.refs() }
  }
  get bytesToGo(): number {
    return Math.max(0, this.unsent.bytes - this.acknowledged)
  }
}

export const idOf = (facts: Pick<RequestFacts, '_id'>): RequestId =>
  zRequestId.parse(facts._id.slice('request:'.length))
