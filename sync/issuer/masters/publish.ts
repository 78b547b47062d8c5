/** Puts masters into a kiosk's inbox, and a newer one where its content has changed since. */
import { isDeepStrictEqual } from 'node:util'
import { decodeJwt } from 'jose'
import type PouchDB from 'pouchdb'
import { isStatus } from '../../outbox.ts'
import { zMasterDoc, type MasterDoc, type MasterName } from '../../z-facts.ts'

/**
 * Puts those that are not there yet.
 * @param renew is put again when its content differs; of the others nobody can tell, for they hold fresh hashes or times
 */
export async function publishMasters(
  inbox: PouchDB,
  masters: readonly MasterDoc[],
  renew: readonly MasterName[] = [],
): Promise<void> {
  for (const master of masters) {
    const before = await inbox.get(master._id).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined
      throw error
    })
    if (!before) await inbox.put({ ...master })
    else if (renew.includes(master.name) && isNews(before, master))
      await inbox.put({ ...master, _rev: before._rev })
  }
}

function isNews(before: unknown, { version, jws }: MasterDoc): boolean {
  const known = zMasterDoc.safeParse(before)
  if (!known.success) return true
  // A version only rises, or no kiosk would believe it.
  if (known.data.version >= version) return false
  return !isDeepStrictEqual(decodeJwt(known.data.jws)['content'], decodeJwt(jws)['content'])
}
