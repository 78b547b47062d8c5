/** The head of a bundle: signed by who wrote it, and readable by whoever carries it. */
import { compactVerify, CompactSign, importJWK, type JWK } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import {
  bundleLimits,
  zBundleHead,
  zCertified,
  zPublicJwk,
  type BundleFault,
  type BundleHead,
} from './z-bundle.ts'

const headType = 'btkiosk-bundle'
const certificateType = 'btkiosk-kiosk'

const encode = (value: object) => new TextEncoder().encode(JSON.stringify(value))
const sign = async (value: object, typ: string, privateJwk: JWK) =>
  new CompactSign(encode(value))
    .setProtectedHeader({ alg: 'ES256', typ })
    .sign(await importJWK(privateJwk, 'ES256'))

async function open(jws: string, typ: string, publicJwk: JWK): Promise<unknown> {
  try {
    const key = await importJWK(publicJwk, 'ES256')
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['ES256'] })
    return protectedHeader.typ === typ ? JSON.parse(new TextDecoder().decode(payload)) : undefined
  } catch {
    return undefined
  }
}

/** @returns the bytes of `HEAD.JWS` */
export async function signHead(head: BundleHead, privateJwk: JWK): Promise<Uint8Array> {
  return Buffer.from(await sign(zBundleHead.parse(head), headType, privateJwk))
}

/** @returns what the issuer gives a kiosk, so that others know it without asking */
export function certifyKiosk(kiosk: string, jwk: JWK, privateJwk: JWK): Promise<string> {
  return sign(zCertified.parse({ kiosk, jwk: zPublicJwk.parse(jwk) }), certificateType, privateJwk)
}

const zAnyForm = z.object({ form: z.number() })

/** What a head says of itself, not yet believed. `version`, `unreadable` */
export function readHead(bytes: Uint8Array): Result<BundleHead, BundleFault> {
  if (bytes.length > bundleLimits.headBytes) return err('unreadable')
  const [, payload = ''] = Buffer.from(bytes).toString('latin1').split('.')
  let said: unknown
  try {
    said = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  } catch {
    return err('unreadable')
  }
  const parsed = zBundleHead.safeParse(said)
  if (parsed.success) return ok(parsed.data)
  const form = zAnyForm.safeParse(said)
  return err(form.success && form.data.form > 1 ? 'version' : 'unreadable')
}

/**
 * Who must have signed it: the issuer for receipts; for requests the kiosk, whose key is known (to the issuer, by its
 * registry) or certified by the issuer (to another kiosk).
 */
export type WhoKnows = { issuer: JWK; kiosk?: (id: string) => Promise<JWK | undefined> }

/** @returns the head, if whoever should have signed it did. `version`, `unreadable`, `signature` */
export async function verifyHead(bytes: Uint8Array, who: WhoKnows): Promise<Result<BundleHead, BundleFault>> {
  const read = readHead(bytes)
  if (read.isErr()) return err(read.error)
  const key = await signerOf(read.value, who)
  const jws = Buffer.from(bytes).toString('latin1')
  // What was read is what was signed: both are the payload of the same text.
  return key && (await open(jws, headType, key)) !== undefined ? ok(read.value) : err('signature')
}

async function signerOf(head: BundleHead, { issuer, kiosk }: WhoKnows): Promise<JWK | undefined> {
  if (head.kind === 'receipts') return issuer
  if (kiosk) return kiosk(head.kiosk)
  const said = zCertified.safeParse(await open(head.certificate ?? '', certificateType, issuer))
  return said.success && said.data.kiosk === head.kiosk ? said.data.jwk : undefined
}
