/** Tells, by its id, of each request that was saved here and is no longer in the database. */
import type { Inbox } from './inbox.ts'
import type { KnownRequests } from './known-requests.ts'
import type { SetAside } from './set-aside.ts'
import type { RequestId } from './z-facts.ts'

/**
 * @param named those that a person is told of already
 * @returns how many are told of now; not one that the issuer has taken in, for that is with the issuer
 */
export async function tellLost(parts: {
  known: KnownRequests
  named: ReadonlySet<RequestId>
  inbox: Pick<Inbox, 'receipts'>
  setAside: SetAside
  onProblem: (event: string) => void
}): Promise<number> {
  const { known, named, inbox, setAside, onProblem } = parts
  let lost = 0
  for (const id of [...known.missing()]) {
    if (!named.has(id) && inbox.receipts(id).length === 0) {
      lost += 1
      const reason = 'was saved, and is no longer in the database'
      onProblem(`request ${id} ${reason}`)
      await setAside.keep(
        { kind: 'document', name: `request:${id}`, reason },
        { bytes: Buffer.from(JSON.stringify({ _id: `request:${id}` })) },
      )
    }
    known.told(id)
  }
  return lost
}
