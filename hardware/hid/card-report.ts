/** A report of a card reader, and what it says. The bytes come from a cable: whatever does not fit is refused. */
import { err, ok, type Result } from 'neverthrow'
import type { CardLayout } from './z-profile.ts'

/** ISO/IEC 14443-3 knows numbers of 4, 7 and 10 bytes; badges of other systems have from 3 to 16. */
const bytesOfUid = { least: 3, most: 16 }

/**
 * @returns the card's number as hexadecimal digits, or undefined when no card lies there; `unusable` when the report is
 *   not as the layout says
 */
export function cardOfReport(layout: CardLayout, report: Uint8Array): Result<string | undefined, 'unusable'> {
  if (layout.report !== undefined && report[0] !== layout.report) return err('unusable')
  const { at, most } = layout.uid
  const counted = layout.count ? report[layout.count.at] : most
  if (counted === undefined || counted > most || report.length < at + counted) return err('unusable')
  const field = report.subarray(at, at + counted)
  const uid = layout.order === 'last-first' ? field.toReversed() : field
  // Without a count the field is filled up with zeros on the side of the most significant byte.
  const digits = layout.count ? uid : withoutLeadingZeros(uid)
  if (digits.every((byte) => byte === 0)) return ok(undefined)
  if (digits.length < bytesOfUid.least || digits.length > bytesOfUid.most) return err('unusable')
  return ok(Buffer.from(digits).toString('hex'))
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? bytes : bytes.subarray(Math.min(first, Math.max(0, bytes.length - bytesOfUid.least)))
}
