/** The phone's word that it has what was sealed to it (docs/qr-hand-over.md, "Receipt"). */
import { createHash } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../../api/answer.ts'
import { zP256PublicJwk } from '../keys.ts'
import { jktOf } from './holder-mark.ts'

export const zTransfer = z.string().regex(/^[A-Z2-7]{12}$/)
const zHeader = z.strictObject({
  typ: z.literal('btkiosk-receipt+jwt'),
  alg: z.literal('ES256'),
  jwk: z.looseObject({ d: z.undefined().optional() }).and(zP256PublicJwk),
})
const zPayload = z.object({ transfer: zTransfer, sha256: z.string().length(43), iat: z.number() })
const longestReceipt = 2_000

export interface ReceiptOptions {
  transfer: string
  /** base64url of the SHA-256 of the sealed bytes */
  sha256: string
  /** of the key that it was sealed to */
  jkt: string
}

export const sealedSha256 = (sealed: Uint8Array): string =>
  createHash('sha256').update(sealed).digest('base64url')

/**
 * @param text what the phone's code held: `btkiosk:receipt:1:<transfer>#<jws>`
 * @returns the JWS; `handover.receipt-unreadable`, `handover.receipt-wrong` {reason: transfer, holder, signature, content}
 */
export async function readHandOverReceipt(
  text: string,
  expected: ReceiptOptions,
): Promise<Result<{ jws: string }, Failure>> {
  const [, transfer, jws] =
    text.length > longestReceipt
      ? []
      : (/^btkiosk:receipt:1:([A-Z2-7]{12})#([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(
          text.trim(),
        ) ?? [])
  if (jws === undefined) return err({ code: 'handover.receipt-unreadable' })
  if (transfer !== expected.transfer) return wrong('transfer')
  return (await verifyReceiptJws(jws, expected)).map(() => ({ jws }))
}

/** The same check of the JWS alone, as the issuer makes it again on what a kiosk brings. */
export async function verifyReceiptJws(
  jws: string,
  expected: ReceiptOptions,
): Promise<Result<null, Failure>> {
  const unreadable = err<never, Failure>({ code: 'handover.receipt-unreadable' })
  if (jws.length > longestReceipt) return unreadable
  const header = headerOf(jws)
  if (!header) return unreadable
  const jwk = zP256PublicJwk.parse(header.jwk)
  if (jktOf(jwk) !== expected.jkt) return wrong('holder')
  try {
    const { payload } = await compactVerify(jws, jwk, { algorithms: ['ES256'] })
    const said = zPayload.safeParse(JSON.parse(new TextDecoder().decode(payload)))
    if (!said.success) return unreadable
    const { transfer, sha256 } = said.data
    return transfer === expected.transfer && sha256 === expected.sha256 ? ok(null) : wrong('content')
  } catch {
    return wrong('signature')
  }
}

const wrong = (reason: string) => err<never, Failure>({ code: 'handover.receipt-wrong', detail: { reason } })

function headerOf(jws: string): z.infer<typeof zHeader> | undefined {
  try {
    return zHeader.safeParse(decodeProtectedHeader(jws)).data
  } catch {
    return undefined
  }
}
