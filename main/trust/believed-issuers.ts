/**
 * Judging an issuer's key by the signed trust list (the snapshot), and by what this kiosk has seen of the issuer's DID
 * since. The newer of the two holds; what the list withdrew stays withdrawn whatever a DID document says.
 */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import { documentOfOwnKey } from '../credentials/did/own-key.ts'
import { isSameKey, type PublicJwk } from '../credentials/did/public-jwk.ts'
import type { CheckedDocument } from '../credentials/did/z-did-document.ts'
import {
  keyIdWithin,
  type AskedKey,
  type DocumentRoot,
  type TrustedIssuers,
} from '../credentials/trusted-issuers.ts'
import { clockSkewSeconds } from '../credentials/verify-context.ts'
import type { IssuerKeyEntry, TrustedIssuerEntry, TrustList } from './z-trust.ts'

export interface Believing {
  /** DID of the issuer that this kiosk was commissioned by */
  own: string
  /** of the inbox, whose signature was checked; none before the first contact */
  list?: TrustList
  /** when the list was made */
  issued?: Date
  /** by DID, what this kiosk itself has seen on the web or the ledger */
  seen: ReadonlyMap<string, CheckedDocument>
  now: Date
}

const skewMs = clockSkewSeconds * 1000
const dayMs = 86_400_000

/** @returns whom to believe now; ask again for the next decision, for lists come and time goes by */
export function believedIssuers(believing: Believing): TrustedIssuers {
  const entryOf = (did: string) => entriesOf(believing).find((entry) => namesOf(entry).includes(did))
  return {
    has: (did) => entryOf(did) !== undefined,
    isSame: (one, other) => one === other || (entryOf(one)?.did ?? one) === (entryOf(other)?.did ?? other),
    documentRoots: () => judgeAge(believing).map(() => rootsOf(believing)),
    keyFor(asked) {
      const entry = entryOf(asked.issuer)
      if (!entry) return err({ code: 'presentation.issuer-unknown' })
      const time = judgeAge(believing)
      if (time.isErr()) return err(time.error)
      return judgeKey(entry, asked, believing).map(({ key, origin }) => ({
        ...{ did: asked.issuer, ...key },
        ...(origin && { origin }),
      }))
    },
  }
}

function judgeAge({ list, now }: Believing): Result<null, Failure> {
  const late = now.getTime() - Date.parse(list?.until ?? '9999-12-31T00:00:00Z')
  if (late <= skewMs) return ok(null)
  return err({ code: 'presentation.trust-old', detail: { days: Math.floor(late / dayMs) } })
}

function rootsOf({ list, issued }: Believing): DocumentRoot[] {
  return (list?.issuers ?? []).flatMap(({ did, documentRoots = [] }) =>
    documentRoots.map((base64) => ({
      ...{ did, certificate: new Uint8Array(Buffer.from(base64, 'base64')) },
      ...(issued && { origin: { seenBy: 'issuer', by: 'list', at: issued.toISOString() } as const }),
    })),
  )
}

/** Everybody who is believed; the issuer of this kiosk also before its first list has come. */
export function entriesOf({ list, own }: Believing): TrustedIssuerEntry[] {
  const named = list?.issuers ?? []
  return named.some((entry) => namesOf(entry).includes(own)) ? named : [{ did: own }, ...named]
}

export const namesOf = ({ did, alsoKnownAs = [] }: TrustedIssuerEntry) => [did, ...alsoKnownAs]

/** A DID document with who has seen it. */
export interface SeenDocument extends CheckedDocument {
  seenBy: TrustOrigin['seenBy']
}

/** @returns the newest that is known of the DID; undefined where nobody has seen it yet */
export function newestDocument(did: string, { list, seen }: Believing): SeenDocument | undefined {
  const said = list?.documents?.find((one) => one.did === did)
  const looked = seen.get(did)
  const isNewer = !said || (looked !== undefined && isLater(looked.checked, said.checked))
  if (looked && isNewer) return { ...looked, seenBy: 'kiosk' }
  return said && { document: said.document, checked: said.checked, seenBy: 'issuer' }
}

/** On the ledger blocks are the order of things; clocks are only where there are none. */
function isLater(one: CheckedDocument['checked'], other: CheckedDocument['checked']): boolean {
  if (one.block !== undefined && other.block !== undefined && one.block !== other.block)
    return one.block > other.block
  return Date.parse(one.at) >= Date.parse(other.at)
}

const ended = (reason: 'revoked' | 'retired' | 'gone' | 'deactivated') =>
  err<never, Failure>({ code: 'presentation.issuer-key-revoked', detail: { reason } })

interface Judged {
  key: { id: string; jwk: PublicJwk }
  origin?: TrustOrigin
}

function judgeKey(entry: TrustedIssuerEntry, asked: AskedKey, believing: Believing): Result<Judged, Failure> {
  const unknown = err<never, Failure>({ code: 'presentation.issuer-key-unknown' })
  const id = keyIdWithin(asked.issuer, asked.keyId)
  const stated = entry.keys?.find((one) => one.id === id)
  if (stated?.revoked !== undefined) return ended('revoked')
  const own = documentOfOwnKey(asked.issuer)
  const seen = own ? undefined : newestDocument(asked.issuer, believing)
  if (seen?.document.deactivated) return ended('deactivated')
  const inDocument = (own ?? seen?.document)?.keys.find((one) => one.id === id)
  if (stated) {
    const time = judgeTime(stated, asked.signedAt)
    if (time.isErr()) return err(time.error)
    const isThere = inDocument && isSameKey(inDocument.jwk, stated.jwk)
    if ((own ?? seen) && !isThere) return ended('gone')
    return ok(judged({ id: stated.id, jwk: stated.jwk }, seen, { by: 'list', issued: believing.issued }))
  }
  // An issuer that names its keys has no others under that name; a DID that is its own key names it.
  if (entry.keys && !own) return unknown
  if (inDocument) return ok(judged(inDocument, seen, { by: 'own', issued: believing.issued }))
  const before = believing.list?.documents?.find((one) => one.did === asked.issuer)
  return before?.document.keys.some((one) => one.id === id) ? ended('gone') : unknown
}

/** What the issuer says of the time in which the key signs. */
function judgeTime({ from, until }: IssuerKeyEntry, signedAt: Date): Result<null, Failure> {
  const at = signedAt.getTime()
  if (at < Date.parse(from) - skewMs) return err({ code: 'presentation.issuer-key-unknown' })
  if (until !== undefined && at > Date.parse(until) + skewMs) return ended('retired')
  return ok(null)
}

function judged(
  key: Judged['key'],
  seen: SeenDocument | undefined,
  otherwise: { by: 'list' | 'own'; issued: Date | undefined },
): Judged {
  if (seen) return { key, origin: { seenBy: seen.seenBy, ...seen.checked } }
  if (!otherwise.issued) return { key }
  return { key, origin: { seenBy: 'issuer', by: otherwise.by, at: otherwise.issued.toISOString() } }
}
