/** The phone's answer to a question: exactly what was asked for, under the phone's signature for this one question. */
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { base64url } from 'jose'
import { sha256 } from './digest.ts'
import type { Holder } from './holder.ts'
import type { AskedRequest } from './request-code.ts'

/** @param now ms since 1970 @returns the value of `vp_token` (OpenID4VP 1.0 §8.1) */
export async function presentFields(
  sdJwt: string,
  request: AskedRequest,
  holder: Holder,
  now: number,
): Promise<string> {
  const wallet = new SDJwtVcInstance({
    hasher: (data) => sha256(typeof data === 'string' ? data : new Uint8Array(data)),
    hashAlg: 'sha-256',
    kbSignAlg: 'ES256',
    kbSigner: async (data) => {
      const bytes = new TextEncoder().encode(data)
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, holder.signing, bytes)
      return base64url.encode(new Uint8Array(signature))
    },
  })
  const frame = Object.fromEntries(request.fields.map((name) => [name, true]))
  const presentation = await wallet.present<Record<string, unknown>>(sdJwt, frame, {
    kb: { payload: { iat: Math.floor(now / 1000), aud: request.clientId, nonce: request.nonce } },
  })
  return JSON.stringify({ [request.queryId]: [presentation] })
}

/** @returns the text of the phone's code. `:`, `/` and `,` stay as they are: the code is coarser so */
export function answerText(redirect: string, vpToken: string): string {
  const sparing = encodeURIComponent(vpToken)
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%2C', ',')
  return `${redirect}#vp_token=${sparing}`
}
