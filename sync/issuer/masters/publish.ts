/** Puts masters into a kiosk's inbox, and a newer one where its content has changed since. */
import { isDeepStrictEqual } from 'node:util'
import { decodeJwt } from 'jose'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { zMasterDoc, type MasterDoc, type MasterName } from '../../z-facts.ts'
import { slots } from '../intake/slots.ts'

/**
 * Puts those that are not there yet.
 * @param renew is put again when its content differs; of the others nobody can tell, for they hold fresh hashes or times
 */
export async function publishMasters(
  inbox: PouchDB,
  masters: readonly MasterDoc[],
  renew: readonly MasterName[] = [],
): Promise<void> {
  const { rows } = await inbox.allDocs({ keys: masters.map(({ _id }) => _id), include_docs: true })
  const there = new Map(rows.map(({ key, doc }) => [key, doc]))
  const news = masters.flatMap((master) => {
    const before = there.get(master._id)
    if (!before) return [{ ...master }]
    return renew.includes(master.name) && isNews(before, master) ? [{ ...master, _rev: before._rev }] : []
  })
  if (news.length === 0) return
  const results = zResults.parse(await inbox.bulkDocs(news))
  // Another start of the same issuer put it there in between: the next start looks again.
  const refused = results.find(({ error, status }) => error !== undefined && status !== 409)
  if (refused) throw new Error(`master not written: ${refused.status}`)
}

const zResults = z.array(z.object({ error: z.unknown().optional(), status: z.number().optional() }))

/** To every kiosk, several at a time. @param masters signed once for all of them */
export async function publishToAll(
  inboxes: readonly (() => PouchDB)[],
  masters: readonly MasterDoc[],
  renew: readonly MasterName[],
): Promise<void> {
  const side = slots(8)
  await Promise.all(inboxes.map((inbox) => side(() => publishMasters(inbox(), masters, renew))))
}

function isNews(before: unknown, { version, jws }: MasterDoc): boolean {
  const known = zMasterDoc.safeParse(before)
  if (!known.success) return true
  // A version only rises, or no kiosk would believe it.
  if (known.data.version >= version) return false
  return !isDeepStrictEqual(decodeJwt(known.data.jws)['content'], decodeJwt(jws)['content'])
}
