/**
 * What a chip says that it can do: SecurityInfos, in EF.CardAccess and in data group 14 (ICAO 9303-11 §9.2). Any bytes may
 * be given; infos of protocols that are not known here are passed over.
 */
import { AsnConvert } from '@peculiar/asn1-schema'
import { SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { curveOfParameterId, type Curve } from './curves.ts'
import type { Cipher } from './key-derivation.ts'
import { readOid } from './object-identifier.ts'
import { ecKeyOf } from './public-key.ts'
import { readTlvs, tlv, valueOf } from './tlv.ts'

/** PACE by elliptic curves with generic mapping, which is what is done here (§4.4.1). */
export interface PaceInfo {
  oid: string
  cipher: Cipher
  parameterId: number
  curve: Curve
}

export interface ChipAuthenticationInfo {
  oid: string
  cipher: Cipher
  keyId?: number
}

export interface ChipPublicKey {
  curve: Curve
  /** uncompressed point */
  point: Uint8Array
  keyId?: number
}

export interface SecurityInfos {
  pace: PaceInfo[]
  /** in this order: strongest first */
  chipAuthentication: ChipAuthenticationInfo[]
  chipKeys: ChipPublicKey[]
  /** the chip has PACE, in whatever form */
  hasPace: boolean
}

const bsi = '0.4.0.127.0.7.2.2'
const paceOf = `${bsi}.4.`
const paceGenericMapping = `${bsi}.4.2.`
const chipAuthenticationEcdh = `${bsi}.3.2.`
const chipKeyEcdh = `${bsi}.1.2`
const ciphers: Readonly<Record<string, Cipher>> = { '1': '3des', '2': 'aes128', '3': 'aes192', '4': 'aes256' }
const tags = { set: 0x31, sequence: 0x30, oid: 0x06, integer: 0x02 } as const
const mostInfos = 50

/** @returns nothing if the bytes are no SecurityInfos */
export function parseSecurityInfos(bytes: Uint8Array): SecurityInfos | undefined {
  const set = valueOf(bytes, tags.set)
  const list = set && readTlvs(set)
  if (!list || list.length > mostInfos) return undefined
  const found: SecurityInfos = { pace: [], chipAuthentication: [], chipKeys: [], hasPace: false }
  for (const { tag, value } of list) {
    if (tag !== tags.sequence) return undefined
    const [name, required, optional] = readTlvs(value) ?? []
    const oid = name?.tag === tags.oid ? readOid(name.value) : undefined
    if (oid === undefined || !required) return undefined
    addInfo(found, oid, { required, optional })
  }
  found.chipAuthentication.sort((one, other) => other.cipher.localeCompare(one.cipher))
  found.pace.sort((one, other) => other.cipher.localeCompare(one.cipher))
  return found
}

interface Parts {
  required: { tag: number; value: Uint8Array }
  optional: { tag: number; value: Uint8Array } | undefined
}

function addInfo(found: SecurityInfos, oid: string, { required, optional }: Parts): void {
  const number = optional && smallInteger(optional)
  if (oid.startsWith(paceOf)) found.hasPace = true
  if (oid.startsWith(paceGenericMapping) && number !== undefined) {
    const cipher = ciphers[oid.slice(paceGenericMapping.length)]
    const curve = curveOfParameterId(number)
    if (cipher && curve && smallInteger(required) === 2)
      found.pace.push({ oid, cipher, parameterId: number, curve })
  }
  if (oid.startsWith(chipAuthenticationEcdh)) {
    const cipher = ciphers[oid.slice(chipAuthenticationEcdh.length)]
    if (cipher) found.chipAuthentication.push({ oid, cipher, ...(number !== undefined && { keyId: number }) })
  }
  if (oid === chipKeyEcdh) {
    const key = chipKey(required)
    if (key) found.chipKeys.push({ ...key, ...(number !== undefined && { keyId: number }) })
  }
}

function chipKey({ tag, value }: Parts['required']): { curve: Curve; point: Uint8Array } | undefined {
  if (tag !== tags.sequence) return undefined
  try {
    return ecKeyOf(AsnConvert.parse(tlv(tag, value), SubjectPublicKeyInfo))
  } catch {
    return undefined
  }
}

function smallInteger({ tag, value }: Parts['required']): number | undefined {
  if (tag !== tags.integer || value.length < 1 || value.length > 3 || (value[0] ?? 0) > 0x7f) return undefined
  return value.reduce((sum, byte) => sum * 256 + byte, 0)
}
