/** A DID's keys as the JSON-LD libraries want them: a controlled identifier document of Multikeys. */
import { multikeyOf } from './public-jwk.ts'
import type { DidDocument } from './z-did-document.ts'

const didContext = 'https://www.w3.org/ns/did/v1'
const multikeyContext = 'https://w3id.org/security/multikey/v1'

type Purpose = 'authentication' | 'assertionMethod'

/** @param purposes what the keys may be used for; a DID that is its own key uses it for both */
export function controllerDocument({ id, keys }: DidDocument, purposes: readonly Purpose[]): object {
  return {
    '@context': [didContext, multikeyContext],
    id,
    verificationMethod: keys.map((key) => methodOf(id, key)),
    ...Object.fromEntries(purposes.map((purpose) => [purpose, keys.map((key) => key.id)])),
  }
}

/** @returns the key's own document, or undefined where the DID has none of that id */
export function methodDocument({ id, keys }: DidDocument, keyId: string): object | undefined {
  const key = keys.find((one) => one.id === keyId)
  return key && { '@context': multikeyContext, ...methodOf(id, key) }
}

function methodOf(did: string, { id, jwk }: DidDocument['keys'][number]): object {
  return { id, type: 'Multikey', controller: did, publicKeyMultibase: multikeyOf(jwk) }
}
