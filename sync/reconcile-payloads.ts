/** "Received", and then nothing: what the issuer lost, or never took in, is asked about now and then, and sent again. */
import type { Inbox } from './inbox.ts'
import type { QueueIndex } from './queue-index.ts'
import type { Remote } from './remote.ts'
import { whichAreThere } from './uploader.ts'

export interface ReconcileOptions {
  index: QueueIndex
  inbox: Pick<Inbox, 'receipts'>
  remote: () => Remote | undefined
  fetch: typeof fetch
  onProblem: (event: string) => void
}

/** A request that has everything there and hears nothing for so long is asked about. */
const everyMs = 600_000
const requestsAtOnce = 16

/**
 * @returns what asks, at most every ten minutes, and tells whether a payload has to be sent again
 * @throws (it) Answered, or whatever the link threw
 */
export function createReconcile({ index, inbox, remote, fetch, onProblem }: ReconcileOptions) {
  let askedAt = performance.now()

  return async (signal: AbortSignal): Promise<boolean> => {
    const target = remote()
    if (!target || performance.now() - askedAt < everyMs) return false
    askedAt = performance.now()
    const silent = [...index.unended()]
      .filter(({ unsent, id }) => unsent.size === 0 && !inbox.receipts(id).some(({ parts }) => parts))
      .slice(0, requestsAtOnce)
    const asked = silent.flatMap(({ head }) => head.parts.map(({ sha256 }) => sha256))
    if (asked.length === 0) return false
    const there = await whichAreThere(asked, { remote: target, fetch, signal })
    let again = false
    for (const item of silent) {
      for (const { sha256 } of item.head.parts) {
        if (there.has(sha256)) continue
        onProblem(`payload ${sha256.slice(0, 8)} is no longer with the issuer`)
        await index.partUndone(item, sha256)
        again = true
      }
    }
    return again
  }
}
