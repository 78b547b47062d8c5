/**
 * The document security object, EF.SOD: the hashes of all data groups in a CMS SignedData (ICAO 9303-10 §4.6.2, RFC 5652).
 * Any bytes may be given; what the library parses is limited to the file's size, 100 levels and 10 000 nodes.
 */
import { ContentInfo, SignedData, id_signedData, type Attribute, type SignerInfo } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import type { Certificate } from '@peculiar/asn1-x509'
import { createHash } from 'node:crypto'
import { nameText, sameName, subjectKeyIdentifier } from './certificate.ts'
import { documentFiles } from './data-groups.ts'
import { oidBytes, readOid } from './object-identifier.ts'
import { readTlvs, tlv, valueOf } from './tlv.ts'
import { hashOf, verifySignature } from './verify-signature.ts'

const ldsSecurityObject = '2.23.136.1.1.1'
const attributes = { contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4' } as const
const mostCertificates = 8

export interface SecurityObject {
  /** of each data group, by its number */
  hashes: ReadonlyMap<number, Uint8Array>
  hash: string
  /** the document signer's, as it came with the object */
  signer: Certificate
  signature: 'valid' | 'invalid' | 'unsupported'
}

/** @returns nothing if the bytes are no security object with one signer and that signer's certificate */
export function readSecurityObject(bytes: Uint8Array): SecurityObject | undefined {
  const content = valueOf(bytes, documentFiles.securityObject.tag)
  if (!content || bytes.length > documentFiles.securityObject.most) return undefined
  try {
    return readSignedData(content)
  } catch {
    // The library throws on whatever is not as it should be.
    return undefined
  }
}

function readSignedData(content: Uint8Array): SecurityObject | undefined {
  const info = AsnConvert.parse(content, ContentInfo)
  if (info.contentType !== id_signedData) return undefined
  const data = AsnConvert.parse(info.content, SignedData)
  const { eContentType, eContent } = data.encapContentInfo
  const signed = eContent?.single ?? (eContent?.any ? AsnConvert.parse(eContent.any, OctetString) : undefined)
  const [signerInfo, ...others] = data.signerInfos
  if (eContentType !== ldsSecurityObject || !signed || !signerInfo || others.length > 0) return undefined
  const object = new Uint8Array(signed.buffer)
  const certificates = (data.certificates ?? []).flatMap(({ certificate }) => certificate ?? [])
  if (certificates.length > mostCertificates) return undefined
  const signer = certificates.find((one) => isOf(signerInfo, one))
  const lists = hashLists(object)
  return signer && lists && { ...lists, signer, signature: checkSignature(signerInfo, signer, object) }
}

function isOf({ sid }: SignerInfo, certificate: Certificate): boolean {
  if (sid.subjectKeyIdentifier) {
    const identifier = subjectKeyIdentifier(certificate)
    return identifier !== undefined && Buffer.from(sid.subjectKeyIdentifier.buffer).equals(identifier)
  }
  const { serialNumber, issuer } = certificate.tbsCertificate
  const named = sid.issuerAndSerialNumber
  if (!named || nameText(issuer) === '') return false
  return Buffer.from(named.serialNumber).equals(Buffer.from(serialNumber)) && sameName(named.issuer, issuer)
}

function checkSignature(
  info: SignerInfo,
  signer: Certificate,
  object: Uint8Array,
): SecurityObject['signature'] {
  const hash = hashOf(info.digestAlgorithm.algorithm)
  if (!hash) return 'unsupported'
  // Signed attributes must be there, because the content is not of type "data" (RFC 5652 §5.3).
  if (!info.signedAttrs) return 'invalid'
  const type = valueOf(attribute(info.signedAttrs, attributes.contentType), 0x06)
  const digest = valueOf(attribute(info.signedAttrs, attributes.messageDigest), 0x04)
  if (!type || readOid(type) !== ldsSecurityObject || !digest) return 'invalid'
  if (!createHash(hash).update(object).digest().equals(digest)) return 'invalid'
  return verifySignature({
    algorithm: info.signatureAlgorithm,
    digest: info.digestAlgorithm.algorithm,
    key: signer.tbsCertificate.subjectPublicKeyInfo,
    data: signedBytes(info.signedAttrs),
    signature: new Uint8Array(info.signature.buffer),
  })
}

/** What is signed is the set of attributes in DER, under a set's tag and not the one under which they travel (§5.4). */
function signedBytes(list: readonly Attribute[]): Uint8Array {
  const written = list.map(({ attrType, attrValues }) => {
    const values = attrValues.map((value) => new Uint8Array(value))
    return tlv(0x30, tlv(0x06, oidBytes(attrType)), tlv(0x31, ...values))
  })
  return tlv(0x31, ...written)
}

/** @returns the one value of the one attribute of this type; otherwise no bytes */
function attribute(list: readonly Attribute[], type: string): Uint8Array {
  const found = list.filter(({ attrType }) => attrType === type)
  const [value, ...more] = found.length === 1 ? (found[0]?.attrValues ?? []) : []
  return value && more.length === 0 ? new Uint8Array(value) : new Uint8Array()
}

/** LDSSecurityObject: version, hash algorithm, and a list of group number and hash. */
function hashLists(object: Uint8Array): { hashes: Map<number, Uint8Array>; hash: string } | undefined {
  const [version, algorithm, list] = readTlvs(valueOf(object, 0x30) ?? new Uint8Array()) ?? []
  if (version?.tag !== 0x02 || algorithm?.tag !== 0x30 || list?.tag !== 0x30) return undefined
  const name = readTlvs(algorithm.value)?.[0]
  const hash = name?.tag === 0x06 ? hashOf(readOid(name.value) ?? '') : undefined
  const groups = readTlvs(list.value)
  if (!hash || !groups || groups.length < 1 || groups.length > 16) return undefined
  const hashes = new Map<number, Uint8Array>()
  for (const { value } of groups) {
    const [number, digest] = readTlvs(value) ?? []
    const group = number?.value[0]
    if (number?.tag !== 0x02 || number.value.length !== 1 || digest?.tag !== 0x04) return undefined
    if (group === undefined || hashes.has(group)) return undefined
    hashes.set(group, digest.value)
  }
  return { hashes, hash }
}
