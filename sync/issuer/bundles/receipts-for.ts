/**
 * What the issuer has said to a kiosk, as a bundle: the documents of its inbox with their revisions, so that they are the
 * same documents as those that replication would bring.
 */
import { randomBytes } from 'node:crypto'
import { composeBundle, type Composed } from '../../bundle/compose-bundle.ts'
import { bundleLimits, zCarriedDoc, type CarriedDoc } from '../../bundle/z-bundle.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry } from '../registry.ts'
import type { KioskStore } from '../store/kiosk-store.ts'

interface Parts {
  keys: IssuerKeys
  store: Pick<KioskStore, 'inbox'>
  clock: { now(): number }
}

/** @returns a bundle sealed to that kiosk: masters, and its newest receipts */
export async function receiptsFor(kiosk: KioskEntry, { keys, store, clock }: Parts): Promise<Composed> {
  const now = clock.now()
  return composeBundle({
    ...{ kind: 'receipts', kiosk: kiosk.id, office: kiosk.office, now },
    // Counts up without anything that has to be kept.
    sequence: Math.floor(now / 1_000),
    documents: await inboxOf(store.inbox(kiosk.id)),
    payloads: [],
    read: async () => undefined,
    sealTo: kiosk.jwk,
    signWith: keys.signing.privateJwk,
    random: randomBytes,
  })
}

async function inboxOf(inbox: ReturnType<KioskStore['inbox']>): Promise<CarriedDoc[]> {
  const { rows } = await inbox.allDocs()
  const ids = rows.map(({ id }) => id).filter((id) => !id.startsWith('_'))
  const masters = ids.filter((id) => !id.startsWith('receipt:'))
  // A request's number rises with time: the newest are at the end.
  const receipts = ids
    .filter((id) => id.startsWith('receipt:'))
    .slice(masters.length - bundleLimits.documents)
  const documents: CarriedDoc[] = []
  for (const id of [...masters, ...receipts])
    documents.push(zCarriedDoc.parse(await inbox.get(id, { revs: true })))
  return documents
}
