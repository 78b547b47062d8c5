/** DIDs that are nothing but their own key: did:key (P-256, Ed25519, BLS12-381 G2) and did:jwk (P-256, Ed25519). No network. */
import { jwkOfMultikey, zPublicJwk } from './public-jwk.ts'
import { longestDid, type DidDocument } from './z-did-document.ts'

/** @returns undefined if it is of another method, or its key of a kind that nothing here is signed with */
export function documentOfOwnKey(did: string): DidDocument | undefined {
  if (did.length > longestDid) return undefined
  if (did.startsWith('did:key:')) return ofDidKey(did)
  if (did.startsWith('did:jwk:')) return ofDidJwk(did)
  return undefined
}

/** did:key method v0.9: the fragment is the key again. */
function ofDidKey(did: string): DidDocument | undefined {
  const multibase = did.slice('did:key:'.length)
  const jwk = jwkOfMultikey(multibase)
  return jwk && { id: did, keys: [{ id: `${did}#${multibase}`, jwk }] }
}

/** did:jwk: the fragment is always `0`. */
function ofDidJwk(did: string): DidDocument | undefined {
  const text = did.slice('did:jwk:'.length)
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  const said = parsed(Buffer.from(text, 'base64url').toString('utf8'))
  // A private key inside a DID is everybody's.
  if (typeof said !== 'object' || said === null || 'd' in said) return undefined
  const jwk = zPublicJwk.safeParse(said).data
  // A key of encryption does not sign (did:jwk, "use"), and BLS keys have no settled JWK.
  if (!jwk || jwk.crv === 'Bls12381G2' || ('use' in said && said.use !== 'sig')) return undefined
  return { id: did, keys: [{ id: `${did}#0`, jwk }] }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
