/** Requests and answers that only the other end can read, on top of TLS (OpenID4VCI 1.0 §10): ECDH-ES with A256GCM. */
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader, importJWK, type CryptoKey } from 'jose'
import { Oauth2ErrorCodes } from '@openid4vc/oauth2'
import { z } from 'zod'
import type { IssuerKey } from '../../../main/credentials/keys.ts'
import { refusal } from './holder-proof.ts'

const alg = 'ECDH-ES'
const enc = 'A256GCM'

/** What the metadata says of requests (§12.2.4). */
export function requestEncryption({ publicJwk, keyId }: IssuerKey) {
  return {
    jwks: { keys: [{ ...publicJwk, kid: keyId, use: 'enc', alg }] },
    enc_values_supported: [enc],
    encryption_required: false,
  }
}

export const responseEncryption = {
  alg_values_supported: [alg],
  enc_values_supported: [enc],
  encryption_required: false,
}

/** @returns what was in it. @throws `invalid_encryption_parameters`, `invalid_credential_request` */
export async function openRequest(jwe: string, { privateJwk, keyId }: IssuerKey): Promise<unknown> {
  const header = headerOf(jwe)
  // No compression: a small text could become a very long one.
  const isOurs = header?.kid === keyId && header.alg === alg && header.enc === enc && header.zip === undefined
  if (!isOurs) throw refusal(Oauth2ErrorCodes.InvalidEncryptionParameters)
  try {
    const { plaintext } = await compactDecrypt(jwe, await importJWK(privateJwk, alg))
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch {
    throw refusal(Oauth2ErrorCodes.InvalidCredentialRequest)
  }
}

function headerOf(jwe: string) {
  try {
    return decodeProtectedHeader(jwe)
  } catch {
    return undefined
  }
}

const zEncryption = z.object({
  // A private key in it would be a wallet's mistake that must not pass unseen.
  jwk: z.looseObject({
    kty: z.enum(['EC', 'OKP']),
    alg: z.literal(alg),
    kid: z.string().max(300).optional(),
    d: z.undefined().optional(),
  }),
  enc: z.literal(enc),
  zip: z.undefined().optional(),
})

/** An answer as it leaves. */
export interface Sealed {
  type: 'application/json' | 'application/jwt'
  text: string
}
export type SealAnswer = (answer: object) => Promise<Sealed>

/**
 * @param asked `credential_response_encryption` of the request, if there is one
 * @param encrypted whether the request itself was: in the clear, anyone on the way could put another key in (§8.2)
 * @throws `invalid_encryption_parameters`
 */
export async function answerSealer(asked: unknown, encrypted: boolean): Promise<SealAnswer> {
  if (asked === undefined)
    return async (answer) => ({ type: 'application/json', text: JSON.stringify(answer) })
  const parsed = zEncryption.safeParse(asked)
  if (!parsed.success || !encrypted) throw refusal(Oauth2ErrorCodes.InvalidEncryptionParameters)
  const { jwk } = parsed.data
  const seal = async (answer: object) =>
    new CompactEncrypt(new TextEncoder().encode(JSON.stringify(answer)))
      .setProtectedHeader({ alg, enc, ...(jwk.kid !== undefined && { kid: jwk.kid }) })
      .encrypt(await keyOf(jwk))
  try {
    // Tried before anything is given away: a curve that cannot be used is found out here.
    await seal({})
  } catch {
    throw refusal(Oauth2ErrorCodes.InvalidEncryptionParameters)
  }
  return async (answer) => ({ type: 'application/jwt', text: await seal(answer) })
}

async function keyOf(jwk: z.infer<typeof zEncryption>['jwk']): Promise<CryptoKey | Uint8Array> {
  return importJWK(jwk, alg)
}
