/**
 * An SD-JWT taken apart into bytes. Whoever holds all disclosures can compute every digest again, so the digests, a third of
 * the whole, need not travel; salts and signature travel as bytes. Put together it is the very same text, or it is not
 * packed this way.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'

const zBytes = z.instanceof(Uint8Array)
/**
 * header JSON; payload JSON before and after what stands in `"_sd":[…]`; each disclosure as salt, name and value in JSON;
 * signature
 */
export const zPackedSdJwt = z.tuple([
  z.string().max(2_000),
  z.string().max(8_000),
  z.string().max(8_000),
  z
    .array(z.tuple([zBytes.refine(({ length }) => length <= 64), z.string().max(200), z.string().max(8_000)]))
    .max(64),
  zBytes.refine(({ length }) => length === 64),
])
export type PackedSdJwt = z.infer<typeof zPackedSdJwt>

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
const textOf = (part: string) => Buffer.from(part, 'base64url').toString('utf8')

/** @returns undefined where it would not come out of `joinSdJwt` as the same text */
export function takeApartSdJwt(sdJwt: string): PackedSdJwt | undefined {
  const [jwt = '', ...rest] = sdJwt.split('~')
  const [header, payload, signature] = jwt.split('.')
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  const [, before, after] = /^(.*"_sd":\[)[^\]]*(\].*)$/.exec(textOf(payload)) ?? []
  const disclosures = rest.filter((one) => one !== '').map(disclosureOf)
  const packed = zPackedSdJwt.safeParse([
    ...[textOf(header), before, after],
    ...[disclosures, new Uint8Array(Buffer.from(signature, 'base64url'))],
  ])
  return packed.success && joinSdJwt(packed.data) === sdJwt ? packed.data : undefined
}

function disclosureOf(disclosure: string): [Uint8Array, string, string] | undefined {
  const [, salt, name, value] = /^\["([A-Za-z0-9_-]+)","([^"\\]+)",(.*)\]$/.exec(textOf(disclosure)) ?? []
  if (salt === undefined || name === undefined || value === undefined) return undefined
  return [new Uint8Array(Buffer.from(salt, 'base64url')), name, value]
}

/** @returns `<jwt>~<disclosure>…~` */
export function joinSdJwt([header, before, after, disclosures, signature]: PackedSdJwt): string {
  const texts = disclosures.map(([salt, name, value]) =>
    base64url(`["${base64url(salt)}","${name}",${value}]`),
  )
  const digests = texts.map((text) => createHash('sha256').update(text).digest('base64url')).sort()
  const payload = `${before}${digests.map((digest) => `"${digest}"`).join(',')}${after}`
  const jwt = [base64url(header), base64url(payload), base64url(signature)].join('.')
  return [jwt, ...texts, ''].join('~')
}
