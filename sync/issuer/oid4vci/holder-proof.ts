/** The wallet's proof that it holds the key which the credential is bound to (OpenID4VCI 1.0 §8.2.1.1, appendix F.1). */
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import { jwkFromDidKey, zP256PublicJwk, type P256PublicJwk } from '../../../main/credentials/keys.ts'
import { proofAlgorithms } from './metadata.ts'

const zHeader = z.object({
  alg: z.enum(['ES256']),
  typ: z.literal('openid4vci-proof+jwt'),
  jwk: z.unknown().optional(),
  kid: z.string().max(2_000).optional(),
})
const zPayload = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  nonce: z.string().min(1),
})

const oldestSeconds = 300

export type ProofCheck =
  | { ok: true; jwk: P256PublicJwk; holderDid?: string }
  | { ok: false; error: 'invalid_proof' | 'invalid_nonce' }

const invalid = { ok: false, error: 'invalid_proof' } as const

/** @param useNonce takes a nonce of ours out of use @param now in ms */
export async function checkHolderProof(
  jwt: string,
  options: { audience: string; now: number; useNonce: (nonce: string) => boolean },
): Promise<ProofCheck> {
  try {
    const header = zHeader.parse(decodeProtectedHeader(jwt))
    const holder = await holderOf(header)
    if (!holder) return invalid
    const { payload } = await jwtVerify(jwt, await importJWK(holder.jwk, 'ES256'), {
      algorithms: proofAlgorithms,
      audience: options.audience,
      currentDate: new Date(options.now),
    })
    const { iat, nonce } = zPayload.parse(payload)
    if (Math.abs(options.now / 1000 - iat) > oldestSeconds) return invalid
    return options.useNonce(nonce) ? { ok: true, ...holder } : { ok: false, error: 'invalid_nonce' }
  } catch {
    return invalid
  }
}

/** The key in the header itself, or the one that its DID names. */
async function holderOf({
  jwk,
  kid,
}: z.infer<typeof zHeader>): Promise<{ jwk: P256PublicJwk; holderDid?: string } | undefined> {
  if (jwk !== undefined) return kid === undefined ? { jwk: zP256PublicJwk.parse(jwk) } : undefined
  const did = kid?.split('#')[0]
  if (did?.startsWith('did:key:')) return { jwk: await jwkFromDidKey(did), holderDid: did }
  if (did?.startsWith('did:jwk:')) {
    const text = Buffer.from(did.slice('did:jwk:'.length), 'base64url').toString('utf8')
    return { jwk: zP256PublicJwk.parse(JSON.parse(text)), holderDid: did }
  }
  return undefined
}
