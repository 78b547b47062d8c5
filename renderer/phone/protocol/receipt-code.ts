/** The phone's word that it has what was sealed to it (docs/qr-hand-over.md, "Receipt"). */
import { CompactSign } from 'jose'
import { sha256Text } from './digest.ts'
import type { Sealed } from './hand-over-catch.ts'
import type { Holder } from './holder.ts'

/** @param now ms since 1970 @returns the text of the phone's code */
export async function writeReceipt(
  { transfer, bytes }: Sealed,
  holder: Holder,
  now: number,
): Promise<string> {
  const said = { transfer, sha256: await sha256Text(bytes), iat: Math.floor(now / 1000) }
  const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(said)))
    .setProtectedHeader({ typ: 'btkiosk-receipt+jwt', alg: 'ES256', jwk: holder.jwk })
    .sign(holder.signing)
  return `btkiosk:receipt:1:${transfer}#${jws}`
}
