/** The data groups of a travel document that are read here (ICAO 9303-10 §4.6, §4.7). Any bytes may be given. */
import { parseMrz, type Mrz } from './mrz.ts'
import { readTlvs, valueOf, valueWithin } from './tlv.ts'

/** Files of the document's application, by identifier, with their outer tag and the most that is read, bytes. */
export const documentFiles = {
  cardAccess: { id: 0x011c, tag: 0x31, most: 4_096 },
  common: { id: 0x011e, tag: 0x60, most: 1_024 },
  securityObject: { id: 0x011d, tag: 0x77, most: 65_536 },
  group1: { id: 0x0101, tag: 0x61, most: 512 },
  group2: { id: 0x0102, tag: 0x75, most: 200_000 },
  group14: { id: 0x010e, tag: 0x6e, most: 16_384 },
} as const

/** @param bytes EF.COM @returns the version of the layout, as "0107", and the tags of the groups that are there */
export function parseCommon(bytes: Uint8Array): { version: string; tags: number[] } | undefined {
  const objects = readTlvs(valueOf(bytes, documentFiles.common.tag) ?? new Uint8Array())
  const version = objects?.find(({ tag }) => tag === 0x5f01)?.value
  const list = objects?.find(({ tag }) => tag === 0x5c)?.value
  if (!version || !list || version.length !== 4 || list.length > 20) return undefined
  const text = Buffer.from(version).toString('latin1')
  return /^[0-9]{4}$/.test(text) ? { version: text, tags: [...list] } : undefined
}

/** @param bytes data group 1 @returns the machine readable zone within it */
export function parseGroup1(bytes: Uint8Array): Mrz | undefined {
  const zone = valueWithin(valueOf(bytes, documentFiles.group1.tag) ?? new Uint8Array(), 0x5f1f)
  if (!zone || zone.length > 90) return undefined
  return parseMrz(Buffer.from(zone).toString('latin1')).unwrapOr(undefined)
}

/** @param bytes data group 14 @returns the SecurityInfos within it */
export function parseGroup14(bytes: Uint8Array): Uint8Array | undefined {
  return valueOf(bytes, documentFiles.group14.tag)
}
