/** From the opened bytes to the credential: CBOR `[1, kind, bytes]` (docs/qr-hand-over.md, "Packing"). */
import { decode } from 'cborg'
import { base64url } from 'jose'
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { sha256Text } from './digest.ts'
import { inflate } from './inflate.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'

const zEnvelope = z.tuple([z.literal(1), z.number().int().min(0).max(255), z.instanceof(Uint8Array)])
const kinds = { text: 0, apart: 1 } as const
const longestUnpacked = 65_536

/** header; payload before and after the digests; disclosures as salt, name and value; signature */
const zApart = z.tuple([
  z.string().max(2_000),
  z.string().max(8_000),
  z.string().max(8_000),
  z.array(z.tuple([z.instanceof(Uint8Array), z.string().max(200), z.string().max(12_000)])).max(64),
  z.instanceof(Uint8Array),
])

/** @returns the SD-JWT; `transfer.broken`, `credential.unsuited` for a form that this phone does not keep */
export async function unpackCredential(
  packed: Uint8Array<ArrayBuffer>,
): Promise<Result<string, PhoneFailure>> {
  try {
    const [, kind, deflated] = zEnvelope.parse(decode(packed))
    if (kind !== kinds.text && kind !== kinds.apart) return failed('credential.unsuited')
    const plain = await inflate(Uint8Array.from(deflated), longestUnpacked)
    if (!plain) return failed('transfer.broken')
    if (kind === kinds.text) return ok(new TextDecoder('utf-8', { fatal: true }).decode(plain))
    return ok(await putTogether(zApart.parse(decode(plain))))
  } catch {
    return failed('transfer.broken')
  }
}

/** The digests did not travel: whoever holds all disclosures computes them. They stand in alphabetical order. */
async function putTogether([header, before, after, disclosures, signature]: z.infer<
  typeof zApart
>): Promise<string> {
  const texts = disclosures.map(([salt, name, value]) =>
    base64url.encode(`["${base64url.encode(salt)}","${name}",${value}]`),
  )
  const digests = (await Promise.all(texts.map(sha256Text))).sort()
  const payload = `${before}${digests.map((digest) => `"${digest}"`).join(',')}${after}`
  const jwt = [header, payload].map((part) => base64url.encode(part)).concat(base64url.encode(signature))
  return [jwt.join('.'), ...texts, ''].join('~')
}
