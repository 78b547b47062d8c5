/** Whose credentials are believed, and by which of their keys: what every verifier asks before it looks at a signature. */
import { err, ok, type Result } from 'neverthrow'
import type { DocumentLoader } from '@digitalbazaar/vc'
import type { Failure } from '../api/answer.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import { controllerDocument, methodDocument } from './did/controller-document.ts'
import { documentOfOwnKey } from './did/own-key.ts'
import type { PublicJwk } from './did/public-jwk.ts'
import { createDocumentLoader, documentLoader } from './document-loader.ts'

/** A key that was good when something was signed with it, and is not withdrawn now. */
export interface TrustedKey {
  /** the DID that signed, of which it is a key */
  did: string
  /** DID URL of the verification method */
  id: string
  jwk: PublicJwk
  /** why it is believed; absent where the caller simply said so */
  origin?: TrustOrigin
}

export interface AskedKey {
  issuer: string
  /** DID URL; a fragment alone (`#…`) is one of the issuer's */
  keyId: string
  /** when it was signed, as the signed part says: a key that is retired is good for what is older */
  signedAt: Date
}

export interface TrustedIssuers {
  /** whether anything of that DID may be believed at all */
  has(did: string): boolean
  /**
   * `presentation.issuer-unknown`, `presentation.issuer-key-unknown` (a known DID with another key),
   * `presentation.issuer-key-revoked` {reason: revoked | retired | gone | deactivated}, `presentation.trust-old` {days}
   */
  keyFor(asked: AskedKey): Result<TrustedKey, Failure>
  /** Whether both DIDs are names of one issuer, so that the list of one may say what the other withdrew. */
  isSame(one: string, other: string): boolean
  /** Under which certificates mdocs are believed; `presentation.trust-old` {days} */
  documentRoots(): Result<readonly DocumentRoot[], Failure>
}

export interface DocumentRoot {
  /** the issuer whose it is */
  did: string
  /** DER */
  certificate: Uint8Array
  origin?: TrustOrigin
}

/** @returns the DID URL that is meant, or undefined where it is not one of that issuer's */
export function keyIdWithin(issuer: string, keyId: string): string | undefined {
  const whole = keyId.startsWith('#') ? issuer + keyId : keyId
  return whole.startsWith(`${issuer}#`) ? whole : undefined
}

/** Believes those that are their own key (did:key, did:jwk) for ever: where no trust list is at hand. */
export function trustDids(
  dids: Iterable<string>,
  documentRoots: readonly DocumentRoot[] = [],
): TrustedIssuers {
  const trusted = new Set(dids)
  return {
    has: (did) => trusted.has(did),
    keyFor({ issuer, keyId }) {
      const document = trusted.has(issuer) ? documentOfOwnKey(issuer) : undefined
      if (!document) return err({ code: 'presentation.issuer-unknown' })
      const id = keyIdWithin(issuer, keyId)
      const key = document.keys.find((one) => one.id === id)
      return key ? ok({ did: issuer, ...key }) : err({ code: 'presentation.issuer-key-unknown' })
    },
    isSame: (one, other) => one === other,
    documentRoots: () => ok(documentRoots),
  }
}

/**
 * @returns a loader that holds that key and its DID as they are believed, and else what every loader holds: what is
 *   verified with it needs no network, and cannot be made to use another key
 */
export function loaderFor({ did, id, jwk }: TrustedKey): DocumentLoader {
  // These say the same from themselves, and what the library made of them is kept.
  if (/^did:(key|jwk):/.test(did)) return documentLoader
  const document = { id: did, keys: [{ id, jwk }] }
  return createDocumentLoader(
    new Map<string, object>([
      [did, controllerDocument(document, ['assertionMethod'])],
      [id, methodDocument(document, id) ?? {}],
    ]),
  )
}
