/** Opens what was sealed to this phone's key: HPKE in base mode (docs/qr-hand-over.md, "Sealing"). */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { ok, type Result } from 'neverthrow'
import type { Sealed } from './hand-over-catch.ts'
import type { Holder } from './holder.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'

const text = (ascii: string) => new TextEncoder().encode(ascii)
/** of the encapsulated key, an uncompressed point */
const encBytes = 65

/** @returns the packed credential; `transfer.not-mine` where this key does not open it */
export async function openSealed(
  { bytes }: Sealed,
  holder: Holder,
): Promise<Result<Uint8Array<ArrayBuffer>, PhoneFailure>> {
  const suite = new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  })
  try {
    const opened = await suite.open(
      { recipientKey: holder.opening, enc: bytes.slice(0, encBytes), info: text('btkiosk:h1') },
      bytes.slice(encBytes),
      text(holder.jkt),
    )
    return ok(new Uint8Array(opened))
  } catch {
    return failed('transfer.not-mine')
  }
}
