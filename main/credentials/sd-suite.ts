/**
 * ecdsa-sd-2023 (VC Data Integrity ECDSA 1.0 §3.6) for the Foundational ID, with ready templates and native signatures.
 *
 * It hooks into the same `DataIntegrityProof` as the library's suite, so whose key it is, what it may be used for and who
 * issued are checked where they always are. Whatever is not of the plain shape, bytes and key kind goes to the library's
 * suite: this one never accepts what that one would not, and a test compares the two.
 */
import { createHash, createHmac, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Cryptosuite, VerifyData } from '@digitalbazaar/data-integrity'
import {
  createSignCryptosuite as librarySign,
  createVerifyCryptosuite as libraryVerify,
} from '@digitalbazaar/ecdsa-sd-2023-cryptosuite'
import { decode, encode } from 'cborg'
import { z } from 'zod'
import { decode as base58 } from 'base58-universal'
import { foundationalQuads, proofQuads } from './foundational-quads.ts'
import { zP256PublicJwk } from './keys.ts'
import { multikeyBytesOf, publicKeyOf, signP256, verifyP256 } from './p256.ts'
import type { CredentialType } from './z-credential-type.ts'
import { mandatoryPointers } from './z-foundational.ts'

/** `u` (base64url) and the CBOR tags of §3.5.2 and §3.5.7 */
export const basePrefix = Uint8Array.of(0xd9, 0x5d, 0x00)
export const derivedPrefix = Uint8Array.of(0xd9, 0x5d, 0x01)

const utf8 = new TextEncoder()
const sha256 = (text: string) => createHash('sha256').update(text).digest()

const signing = librarySign({ mandatoryPointers })

/** @returns the suite that signs that type's base proofs: ready templates where there are some, else the library's */
export function sdSignSuiteFor({ alwaysShown }: Pick<CredentialType, 'alwaysShown'>): Cryptosuite {
  return isDeepStrictEqual(alwaysShown, mandatoryPointers)
    ? sdSignSuite
    : librarySign({ mandatoryPointers: alwaysShown })
}

/** Signs with a base proof. */
export const sdSignSuite: Cryptosuite = {
  ...signing,
  async createVerifyData(given) {
    const hmacKey = randomBytes(32)
    const label = `u${createHmac('sha256', hmacKey).update('c14n0').digest('base64url')}`
    const [proof, quads] = await Promise.all([
      proofQuads({ '@context': Object(given.document)['@context'], ...given.proof }),
      foundationalQuads(given.document, label),
    ])
    if (proof === undefined || !quads) return signing.createVerifyData(given)
    const mandatoryHash = sha256(quads.mandatory.sort().join(''))
    return { plain: { proofHash: sha256(proof), mandatoryHash, hmacKey, claims: quads.claims.sort() } }
  },
  async createProofValue(given) {
    const { verifyData, dataIntegrityProof } = given
    if (!verifyData.plain) return signing.createProofValue(given)
    const { proofHash, mandatoryHash, hmacKey, claims } = zSignData.parse(verifyData.plain)
    // A key of its own for this credential's claims; its private half is forgotten.
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const claimKey = multikeyBytesOf(zP256PublicJwk.parse(publicKey.export({ format: 'jwk' })))
    const signatures = claims.map((quad) => signP256(utf8.encode(quad), privateKey))
    const data = concat(proofHash, claimKey, mandatoryHash)
    const baseSignature = await dataIntegrityProof.signer.sign({ data })
    const value = encode([baseSignature, claimKey, new Uint8Array(hmacKey), signatures, mandatoryPointers])
    return `u${Buffer.concat([basePrefix, value]).toString('base64url')}`
  },
}

const zSignData = z.object({
  proofHash: z.instanceof(Uint8Array),
  mandatoryHash: z.instanceof(Uint8Array),
  hmacKey: z.instanceof(Uint8Array),
  claims: z.array(z.string()),
})

const zBytes = z.instanceof(Uint8Array)
/** base signature, the claims' key, their signatures, label map, places of the mandatory quads */
const zDerivedValue = z.tuple([
  zBytes.refine(({ length }) => length === 64),
  zBytes.refine(({ length }) => length === 35),
  z.array(zBytes).max(40),
  z
    .map(
      z.literal(0),
      zBytes.refine(({ length }) => length === 32),
    )
    .refine(({ size }) => size === 1),
  z.array(z.number().int().nonnegative()).max(40),
])

const verifying = libraryVerify()

/** Verifies derived proofs; a base proof fails (only its holder should ever see one). */
export const sdVerifySuite: Cryptosuite = {
  ...verifying,
  async createVerifyData(given) {
    const value = readDerived(Object(given.proof)['proofValue'])
    if (!value) return verifying.createVerifyData(given)
    const [baseSignature, multikey, signatures, labels, places] = value
    const claimKey = publicKeyOf(multikey)
    const [proof, quads] = await Promise.all([
      proofQuads(given.proof),
      foundationalQuads(given.document, `u${Buffer.from(labels.get(0) ?? []).toString('base64url')}`),
    ])
    if (!claimKey || proof === undefined || !quads) return verifying.createVerifyData(given)
    const all = [...quads.mandatory, ...quads.claims].sort()
    const mandatoryPlaces = new Set(places)
    const mandatory = all.filter((_, at) => mandatoryPlaces.has(at))
    const signed = concat(sha256(proof), multikey, sha256(mandatory.join('')))
    const claims = all.filter((_, at) => !mandatoryPlaces.has(at))
    return { plain: { signed, baseSignature, claims, signatures, claimKey } }
  },
  async createVerifier({ verificationMethod }) {
    let library: ReturnType<typeof verifying.createVerifier> | undefined
    const viaLibrary = () => (library ??= verifying.createVerifier({ verificationMethod }))
    const issuerKey = keyOfMethod(verificationMethod)
    if (!issuerKey) return viaLibrary()
    return {
      algorithm: 'P-256',
      async verify(given: { data: VerifyData }) {
        if (!given.data.plain) return (await viaLibrary()).verify(given)
        const { signed, baseSignature, claims, signatures, claimKey } = zVerifyData.parse(given.data.plain)
        if (claims.length !== signatures.length) return false
        // The issuer's signature first: without it the claims' key is anybody's.
        return (
          verifyP256(signed, baseSignature, issuerKey) &&
          claims.every((quad, at) =>
            verifyP256(utf8.encode(quad), signatures[at] ?? new Uint8Array(), claimKey),
          )
        )
      },
    }
  },
}

const zVerifyData = z.object({
  signed: zBytes,
  baseSignature: zBytes,
  claims: z.array(z.string()),
  signatures: z.array(zBytes),
  claimKey: z.custom<KeyObject>((value) => Object(value).type === 'public'),
})

function readDerived(text: unknown): z.infer<typeof zDerivedValue> | undefined {
  if (typeof text !== 'string' || !/^u[A-Za-z0-9_-]{10,8000}$/.test(text)) return undefined
  const bytes = new Uint8Array(Buffer.from(text.slice(1), 'base64url'))
  if (Buffer.compare(bytes.subarray(0, derivedPrefix.length), derivedPrefix) !== 0) return undefined
  try {
    return zDerivedValue.safeParse(decode(bytes.subarray(derivedPrefix.length), { useMaps: true })).data
  } catch {
    return undefined
  }
}

const mostKeys = 64
const methodKeys = new Map<string, KeyObject>()

/** The key of a verification method that is a P-256 Multikey. Few issuers sign for many citizens, so theirs are kept. */
function keyOfMethod(method: object): KeyObject | undefined {
  const { type, publicKeyMultibase: text } = Object(method)
  if (type !== 'Multikey' || typeof text !== 'string' || !/^zDn[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(text))
    return undefined
  const known = methodKeys.get(text)
  if (known) return known
  const key = publicKeyOf(base58(text.slice(1)))
  if (!key) return undefined
  if (methodKeys.size >= mostKeys) methodKeys.clear()
  methodKeys.set(text, key)
  return key
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
