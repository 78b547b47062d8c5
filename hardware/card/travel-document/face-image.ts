/**
 * The face in data group 2: a biometric template (ICAO 9303-10 §4.7.2) around a face record (ISO/IEC 19794-5:2005 §5).
 * Any bytes may be given. The picture is taken out as it lies there and not decoded.
 */
import { documentFiles } from './data-groups.ts'
import { readTlvs, valueOf, valueWithin } from './tlv.ts'

export interface FaceImage {
  /** by its first bytes, not by what the record says: some issuers say the wrong one */
  format: 'jpeg' | 'jpeg2000'
  bytes: Uint8Array
}

const empty = new Uint8Array()
const template = { group: 0x7f61, one: 0x7f60 } as const
/** plain, or constructed as some issuers write it */
const dataBlocks = [0x5f2e, 0x7f2e] as const
const recordHead = 14
const faceHead = 20
const featurePoint = 8
const imageHead = 12

/** @param bytes data group 2 @returns the first face, or nothing if there is none in a form that is known */
export function parseGroup2(bytes: Uint8Array): FaceImage | undefined {
  const group = valueWithin(valueOf(bytes, documentFiles.group2.tag) ?? empty, template.group)
  const one = group && readTlvs(group)?.find(({ tag }) => tag === template.one)?.value
  const block = one && dataBlocks.map((tag) => valueWithin(one, tag)).find((found) => found !== undefined)
  return block && faceOf(block)
}

function faceOf(record: Uint8Array): FaceImage | undefined {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  if (record.length < recordHead + faceHead + imageHead) return undefined
  const isFace = view.getUint32(0) === 0x46414300 && view.getUint32(4) === 0x30313000
  if (!isFace || view.getUint16(12) < 1) return undefined
  const length = view.getUint32(recordHead)
  const points = view.getUint16(recordHead + 4)
  const from = recordHead + faceHead + points * featurePoint + imageHead
  const to = recordHead + length
  if (to > record.length || from >= to) return undefined
  const bytes = record.subarray(from, to)
  const format = formatOf(bytes)
  return format && { format, bytes }
}

function formatOf(bytes: Uint8Array): FaceImage['format'] | undefined {
  const begin = Buffer.from(bytes.subarray(0, 12)).toString('hex')
  if (begin.startsWith('ffd8ff')) return 'jpeg'
  // A JP2 file, or its code stream alone.
  return begin === '0000000c6a5020200d0a870a' || begin.startsWith('ff4fff51') ? 'jpeg2000' : undefined
}
