/**
 * Signatures as certificates and security objects carry them (ICAO 9303-12 §4.1.6): ECDSA, RSA PKCS #1 v1.5 and RSA-PSS,
 * with SHA-224 and up. SHA-1 is not believed any more.
 */
import { RsaSaPssParams } from '@peculiar/asn1-rsa'
import { AsnConvert } from '@peculiar/asn1-schema'
import type { AlgorithmIdentifier, SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { ecKeyOf } from './public-key.ts'

type Hash = 'sha224' | 'sha256' | 'sha384' | 'sha512'

const hashes: Readonly<Record<string, Hash>> = {
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const ecdsa: Readonly<Record<string, Hash>> = {
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}
const rsa: Readonly<Record<string, Hash>> = {
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
}
/** named by the key alone; which hash is said beside it */
const ecKey = '1.2.840.10045.2.1'
const rsaKey = '1.2.840.113549.1.1.1'
const rsaPss = '1.2.840.113549.1.1.10'

export function hashOf(oid: string): Hash | undefined {
  return hashes[oid]
}

export interface Signed {
  algorithm: AlgorithmIdentifier
  /** said beside the signature, for algorithms that do not name their hash */
  digest?: string
  key: SubjectPublicKeyInfo
  data: Uint8Array
  signature: Uint8Array
}

/** Any bytes may be given. */
export function verifySignature(signed: Signed): 'valid' | 'invalid' | 'unsupported' {
  const { algorithm, parameters } = signed.algorithm
  const beside = signed.digest === undefined ? undefined : hashes[signed.digest]
  const ecHash = ecdsa[algorithm] ?? (algorithm === ecKey ? beside : undefined)
  if (ecHash) return verifyEcdsa(signed, ecHash)
  const rsaHash = rsa[algorithm] ?? (algorithm === rsaKey ? beside : undefined)
  if (rsaHash) return verifyRsa(signed, rsaHash, { padding: constants.RSA_PKCS1_PADDING })
  if (algorithm !== rsaPss || !parameters) return 'unsupported'
  const pss = pssOf(parameters)
  if (!pss) return 'unsupported'
  return verifyRsa(signed, pss.hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pss.saltLength })
}

function verifyEcdsa({ key, data, signature }: Signed, hash: Hash) {
  const ours = ecKeyOf(key)
  if (!ours) return 'unsupported'
  try {
    const digest = createHash(hash).update(data).digest()
    const options = { prehash: false, lowS: false, format: 'der' } as const
    return ours.curve.verify(Uint8Array.from(signature), Uint8Array.from(digest), ours.point, options)
      ? 'valid'
      : 'invalid'
  } catch {
    // No signature at all.
    return 'invalid'
  }
}

function verifyRsa({ key, data, signature }: Signed, hash: Hash, options: object) {
  try {
    const der = Buffer.from(AsnConvert.serialize(key))
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (publicKey.asymmetricKeyType === 'ec') return 'unsupported'
    return verify(hash, data, { key: publicKey, ...options }, signature) ? 'valid' : 'invalid'
  } catch {
    return 'unsupported'
  }
}

/** The mask must use the same hash, as everybody does and node:crypto expects. */
function pssOf(parameters: ArrayBuffer): { hash: Hash; saltLength: number } | undefined {
  try {
    const { hashAlgorithm, maskGenAlgorithm, saltLength } = AsnConvert.parse(parameters, RsaSaPssParams)
    const hash = hashes[hashAlgorithm.algorithm]
    const mask = Buffer.from(maskGenAlgorithm.parameters ?? new ArrayBuffer())
    const name = Buffer.from(AsnConvert.serialize(hashAlgorithm)).subarray(2, 13)
    return hash && mask.includes(name) ? { hash, saltLength } : undefined
  } catch {
    return undefined
  }
}
