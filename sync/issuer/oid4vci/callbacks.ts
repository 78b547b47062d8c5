/** What the protocol library asks of us: hashes, signatures, and the one JWK set that it may look up. */
import { createHash, randomBytes } from 'node:crypto'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { clientAuthenticationAnonymous, type CallbackContext, type JwtSigner } from '@openid4vc/oauth2'
import { jwkFromDidKey, zP256PublicJwk, type P256PublicJwk } from '../../../main/credentials/keys.ts'
import type { IssuerKeys } from '../keys.ts'
import { proofAlgorithms } from './metadata.ts'

const never = (what: string) => () => Promise.reject(new Error(`${what} is not offered`))

/** @param keys access tokens are signed with `keys.tokens`; nothing is fetched from the network */
export function protocolCallbacks(keys: IssuerKeys): CallbackContext {
  return {
    hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: (length) => randomBytes(length),
    clientAuthentication: clientAuthenticationAnonymous(),
    decryptJwe: never('Encryption'),
    encryptJwe: never('Encryption'),
    // The library fetches the JWK set for each token anew: it is the one in hand.
    fetch: async () => Response.json(tokenKeySet(keys)),
    signJwt: async (_signer, { header, payload }) => {
      const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ ...header, alg: 'ES256' })
        .sign(await importJWK(keys.tokens.privateJwk, 'ES256'))
      return { jwt: signed, signerJwk: keys.tokens.publicJwk }
    },
    verifyJwt: async (signer, { compact }) => {
      // The library accepts whatever algorithm the header names; the metadata offers one.
      if (!proofAlgorithms.includes(signer.alg)) return { verified: false }
      const jwk = await keyOfSigner(signer)
      if (!jwk) return { verified: false }
      const verified = await compactVerify(compact, await importJWK(jwk, 'ES256'), { algorithms: ['ES256'] })
        .then(() => true)
        .catch(() => false)
      return verified ? { verified, signerJwk: jwk } : { verified: false }
    },
  }
}

/** The set behind `jwks_uri`. */
export function tokenKeySet(keys: IssuerKeys) {
  return { keys: [{ ...keys.tokens.publicJwk, kid: keys.tokens.keyId, use: 'sig', alg: 'ES256' }] }
}

/** The key in the header itself, or the one that a did:key or did:jwk names. Anything else is not believed. */
async function keyOfSigner(signer: JwtSigner): Promise<P256PublicJwk | undefined> {
  if (signer.method === 'jwk') return zP256PublicJwk.parse(signer.publicJwk)
  if (signer.method !== 'did') return undefined
  const [did = ''] = signer.didUrl.split('#')
  if (did.startsWith('did:key:')) return jwkFromDidKey(did)
  if (!did.startsWith('did:jwk:')) return undefined
  const text = Buffer.from(did.slice('did:jwk:'.length), 'base64url').toString('utf8')
  return zP256PublicJwk.parse(JSON.parse(text))
}
