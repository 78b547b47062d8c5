/** What a request looks like to a person, from its facts, what the issuer said of it and what was noted. */
import type { Inbox } from './inbox.ts'
import type { QueueItem, RequestOverview, Stopped } from './queue-item.ts'
import type { QueueNotes } from './queue-notes.ts'
import { foldStatus } from './status.ts'

export function overviewOf(
  item: QueueItem,
  { notes, inbox }: { notes: QueueNotes; inbox: Pick<Inbox, 'receipts'> },
): RequestOverview {
  const { facts, unsent, bytesToGo } = item
  const started = unsent.count > unsent.size || item.acknowledged > 0
  let refusal: { reason: string; at: string } | undefined = notes.refusal(facts._id)
  let stopped: Stopped = refusal ? 'document-refused' : 'payload-damaged'
  // Seldom any is, and to look each payload up would take long.
  for (const { sha256, name } of refusal || !notes.anyRefused() ? [] : unsent.refs()) {
    const why = unsent.has(sha256) ? notes.refusal(sha256) : undefined
    if (!why || refusal) continue
    refusal = { reason: `${name}: ${why.reason}`, at: why.at }
    stopped = 'payload-refused'
  }
  const trouble = refusal ?? item.damaged
  const by = refusal ? 'issuer' : 'kiosk'
  const status = foldStatus(facts, inbox.receipts(item.id), bytesToGo > 0 && started, trouble?.at, by)
  // The issuer waits for a payload that does not come by itself.
  if (trouble && (status.state === 'received' || status.state === 'uploading')) {
    status.state = 'needs-attention'
    status.timeline.push({ at: trouble.at, state: 'needs-attention', by })
  }
  return {
    ...{ id: item.id, document: facts, bytesToGo },
    ...(trouble && { refusal: trouble.reason, stopped }),
    ...status,
  }
}
