/**
 * The security object of a travel document, judged again at the issuer (ICAO 9303-11 §5.1): by OpenSSL and not by the
 * kiosk's code, so that one mistake does not pass twice. Any bytes may be given.
 */
import { ContentInfo, SignedData, id_signedData, type SignerInfo } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { X509Certificate, constants, createHash, verify } from 'node:crypto'
import { objectsIn, onlyValue } from './objects.ts'

export interface SignedHashes {
  /** @returns whether this is the data group that was signed */
  matches(group: number, bytes: Uint8Array): boolean
}
export type Doubt = 'document-not-genuine' | 'document-issuer-unknown'

const mostBytes = 65_536
const ldsSecurityObject = '2.23.136.1.1.1'
const rsaPss = '1.2.840.113549.1.1.10'
const hashNames: Readonly<Record<string, string>> = {
  ...{ '2.16.840.1.101.3.4.2.4': 'sha224', '2.16.840.1.101.3.4.2.1': 'sha256' },
  ...{ '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512' },
}
/** the same four as DER has them, for the list of hashes, which no library reads */
const hashOids: Readonly<Record<string, string>> = {
  ...{ '608648016503040204': 'sha224', '608648016503040201': 'sha256' },
  ...{ '608648016503040202': 'sha384', '608648016503040203': 'sha512' },
}
const attributes = { contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4' } as const

/** @param bytes EF.SOD @param trusted country certificates, DER or PEM @param at when it was read */
export function readSignedHashes(
  bytes: Uint8Array,
  trusted: readonly Uint8Array[],
  at: Date,
): SignedHashes | Doubt {
  try {
    return judge(bytes, trusted, at)
  } catch {
    // The libraries throw on whatever is not as it should be.
    return 'document-not-genuine'
  }
}

function judge(bytes: Uint8Array, trusted: readonly Uint8Array[], at: Date): SignedHashes | Doubt {
  const content = bytes.length <= mostBytes ? onlyValue(bytes, 0x77) : undefined
  if (!content) return 'document-not-genuine'
  const info = AsnConvert.parse(content, ContentInfo)
  if (info.contentType !== id_signedData) return 'document-not-genuine'
  const data = AsnConvert.parse(info.content, SignedData)
  const { eContentType, eContent } = data.encapContentInfo
  const inner = eContent?.single ?? (eContent?.any ? AsnConvert.parse(eContent.any, OctetString) : undefined)
  const [signer, ...others] = data.signerInfos
  if (eContentType !== ldsSecurityObject || !inner || !signer || others.length > 0)
    return 'document-not-genuine'
  const object = new Uint8Array(inner.buffer)
  const certificates = (data.certificates ?? []).slice(0, 8).flatMap(({ certificate }) => {
    return certificate ? [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))] : []
  })
  // Whichever of them made the signature is the signer; its name is not needed for that.
  const certificate = certificates.find((one) => isSignature(signer, one, object))
  if (!certificate) return 'document-not-genuine'
  const country = trusted.flatMap(certificateOf).find((one) => one.ca && certificate.verify(one.publicKey))
  if (!country) return 'document-issuer-unknown'
  if (![certificate, country].every((one) => isValid(one, at))) return 'document-not-genuine'
  const list = hashList(object)
  if (!list) return 'document-not-genuine'
  const { hash, hashes } = list
  return {
    matches: (group, file) => hashes.get(group)?.equals(createHash(hash).update(file).digest()) === true,
  }
}

const isValid = ({ validFrom, validTo }: X509Certificate, at: Date) =>
  Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo)

function certificateOf(bytes: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(bytes)]
  } catch {
    return []
  }
}

function isSignature(info: SignerInfo, certificate: X509Certificate, object: Uint8Array): boolean {
  const digestHash = hashNames[info.digestAlgorithm.algorithm]
  if (!digestHash || !info.signedAttrs) return false
  const attribute = (type: string) => {
    const [found, ...more] = info.signedAttrs?.filter(({ attrType }) => attrType === type) ?? []
    const [value, ...values] = found?.attrValues ?? []
    return value && more.length + values.length === 0 ? Buffer.from(value) : Buffer.alloc(0)
  }
  const oid = Buffer.from(onlyValue(attribute(attributes.contentType), 0x06) ?? []).toString('hex')
  const digest = Buffer.from(onlyValue(attribute(attributes.messageDigest), 0x04) ?? [])
  if (oid !== '678108010101' || !createHash(digestHash).update(object).digest().equals(digest)) return false
  const { algorithm } = info.signatureAlgorithm
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  const options = algorithm === rsaPss ? pss : {}
  const key = { key: certificate.publicKey, ...options }
  // Signed is the set of attributes under a set's tag (RFC 5652 §5.4); the hash is the digest's, as everybody has it.
  return verify(digestHash, signedSet(info), key, Buffer.from(info.signature.buffer))
}

function signedSet(info: SignerInfo): Buffer {
  const whole = Buffer.from(AsnConvert.serialize(info))
  const set =
    objectsIn(onlyValue(whole, 0x30) ?? whole)?.find(({ tag }) => tag === 0xa0)?.value ?? Buffer.alloc(0)
  const { length } = set
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(0x31, ...head), set])
}

/** LDSSecurityObject (ICAO 9303-10 §4.6.2.3). */
function hashList(object: Uint8Array): { hash: string; hashes: Map<number, Buffer> } | undefined {
  const [version, algorithm, list] = objectsIn(onlyValue(object, 0x30) ?? new Uint8Array()) ?? []
  if (version?.tag !== 0x02 || algorithm?.tag !== 0x30 || list?.tag !== 0x30) return undefined
  const name = objectsIn(algorithm.value)?.[0]?.value ?? new Uint8Array()
  const hash = hashOids[Buffer.from(name).toString('hex')]
  const groups = objectsIn(list.value)
  if (!hash || !groups || groups.length > 16) return undefined
  const hashes = new Map<number, Buffer>()
  for (const { value } of groups) {
    const [number, digest] = objectsIn(value) ?? []
    const group = number?.value[0]
    if (number?.tag !== 0x02 || digest?.tag !== 0x04 || group === undefined || hashes.has(group))
      return undefined
    hashes.set(group, Buffer.from(digest.value))
  }
  return { hash, hashes }
}
