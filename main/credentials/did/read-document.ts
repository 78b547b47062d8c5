/** From a DID document as it came (DID Core 1.0 §5) to the keys in it that may sign what its subject asserts. */
import { decode } from 'base58-universal'
import { z } from 'zod'
import {
  jwkOfMultikey,
  jwkOfMultikeyBytes,
  longestMultibase,
  zPublicJwk,
  type PublicJwk,
} from './public-jwk.ts'
import { mostKeys, zDidUrl, type DidDocument } from './z-did-document.ts'

const zMethod = z.object({
  id: z.string().max(800),
  type: z.string().max(100),
  controller: z.string().max(400).optional(),
  publicKeyJwk: z.looseObject({}).optional(),
  publicKeyMultibase: z.string().max(longestMultibase).optional(),
  publicKeyBase58: z.string().max(longestMultibase).optional(),
  publicKeyHex: z.string().max(400).optional(),
})
type Method = z.infer<typeof zMethod>

const zDocument = z.object({
  id: z.string().max(400),
  verificationMethod: z.array(z.unknown()).max(mostKeys).default([]),
  assertionMethod: z
    .array(z.union([z.string().max(800), zMethod]))
    .max(mostKeys)
    .default([]),
})

/**
 * @param raw JSON of a stranger
 * @returns undefined where it is no document of that DID; keys of kinds that nothing here is signed with are left out
 */
export function readDocument(raw: unknown, did: string): DidDocument | undefined {
  const parsed = zDocument.safeParse(raw)
  if (!parsed.success || parsed.data.id !== did) return undefined
  const { verificationMethod, assertionMethod } = parsed.data
  // A method that is not understood is nobody's key; it does not spoil the others.
  const listed = verificationMethod.flatMap((one) => zMethod.safeParse(one).data ?? [])
  const byId = new Map(listed.map((method) => [absolute(method.id, did), method]))
  const keys = assertionMethod.flatMap((one) => {
    const method = typeof one === 'string' ? byId.get(absolute(one, did)) : one
    return method ? keyOf(method, did) : []
  })
  return { id: did, keys }
}

const absolute = (id: string, did: string) => (id.startsWith('#') ? did + id : id)

function keyOf(method: Method, did: string): DidDocument['keys'] {
  const id = zDidUrl.safeParse(absolute(method.id, did))
  if (!id.success || !id.data.startsWith(`${did}#`)) return []
  // A key that another DID controls is not this one's to sign with.
  if (method.controller !== undefined && method.controller !== did) return []
  const jwk = jwkOf(method)
  return jwk ? [{ id: id.data, jwk }] : []
}

function jwkOf(method: Method): PublicJwk | undefined {
  const { type, publicKeyJwk, publicKeyMultibase, publicKeyBase58, publicKeyHex } = method
  if (publicKeyJwk) return 'd' in publicKeyJwk ? undefined : zPublicJwk.safeParse(publicKeyJwk).data
  if (publicKeyMultibase !== undefined) {
    return /^(Multikey|Ed25519VerificationKey2020)$/.test(type)
      ? jwkOfMultikey(publicKeyMultibase)
      : undefined
  }
  const bytes = bytesOf(publicKeyBase58, publicKeyHex)
  if (!bytes) return undefined
  // did:ethr says what algorithm an attribute is of: `did/pub/Multikey/veriKey/base58`, `did/pub/Ed25519/veriKey/hex`.
  if (type === 'Multikey') return jwkOfMultikeyBytes(bytes)
  if (type !== 'Ed25519VerificationKey2018') return undefined
  const x = Buffer.from(bytes).toString('base64url')
  return zPublicJwk.safeParse({ kty: 'OKP', crv: 'Ed25519', x }).data
}

function bytesOf(base58: string | undefined, hex: string | undefined): Uint8Array | undefined {
  if (base58 !== undefined && /^[1-9A-HJ-NP-Za-km-z]+$/.test(base58)) return decode(base58)
  if (hex !== undefined && /^([0-9a-fA-F]{2})+$/.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'))
  return undefined
}
