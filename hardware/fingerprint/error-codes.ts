/** The error codes of both dialects (sbi.md §9) and those that a well-known mock adds, as what they mean to a person. */
import type { DeviceFault } from '../z-device.ts'

const codes: Partial<Record<DeviceFault, readonly number[]>> = {
  'finger.not-registered': [100],
  'finger.none-seen': [101, 608, 707, 708, 807, 808],
  'finger.extraction': [102, 709, 710, 809, 810],
  'finger.tamper': [103],
  'finger.vendor-offline': [104],
  'finger.turn-hand': [105],
  'finger.no-device': [106, 202, 503, 604, 605, 704, 705, 804, 805],
  'finger.key-expired': [107],
  'finger.key-missing': [108],
  'finger.count-refused': [109, 113, 116],
  'finger.not-ready': [110],
  'finger.busy': [111, 607, 703, 803],
  'finger.request-refused': [112, 114, 117, 118, 119, 120, 122, 123, 500, 501, 502],
  'finger.environment': [115, 121, 601, 606, 706, 806],
  'finger.timeout': [609, 701, 801],
  'device.cancelled': [700],
}
const faults = new Map<string, DeviceFault>()
for (const fault of Object.keys(codes) as (keyof typeof codes)[]) {
  for (const code of codes[fault] ?? []) faults.set(String(code), fault)
}

/** Every code that has a meaning of its own. Any other, as a vendor's own 5xx, is `finger.device-error`. */
export const knownCodes: readonly string[] = [...faults.keys()]

/** @param code as the device sent it, also with blanks or leading zeros */
export function faultOfCode(code: string): DeviceFault {
  return faults.get(code.trim().replace(/^0+(?=\d)/, '')) ?? 'finger.device-error'
}

/** An absent error and code 0 both mean success. */
export const isSuccess = (code: string | undefined) => code === undefined || /^0*$/.test(code.trim())
