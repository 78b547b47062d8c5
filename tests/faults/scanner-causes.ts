/** Which cause is the true one for each fault of the fingerprint scanner behind SBI. */
import type { Fault } from '../../hardware/simulators/sbi/faults.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'

/** Faults that break nothing, and those of the live picture, have none. */
const causes: Readonly<Partial<Record<Fault, DeviceFault>>> = {
  'never-answers': 'finger.timeout',
  'close-mid-body': 'finger.bad-answer',
  'wrong-content-length': 'finger.bad-answer',
  'short-content-length': 'finger.bad-answer',
  '405-ok': 'finger.bad-answer',
  'not-json': 'finger.bad-answer',
  'huge-head': 'finger.bad-answer',
  'endless-body': 'finger.bad-answer',
  drip: 'finger.timeout',
  busy: 'finger.busy',
  'not-ready': 'finger.not-ready',
  'not-registered': 'finger.not-registered',
  'foreign-callback': 'finger.bad-answer',
  'other-certification': 'finger.other-device',
  'unknown-version': 'finger.version',
  'fewer-fingers': 'finger.fewer-fingers',
  'same-finger-twice': 'finger.fewer-fingers',
  'wrong-transaction': 'finger.wrong-transaction',
  clock: 'finger.clock',
  'clock-behind': 'finger.clock',
  'bad-signature': 'finger.bad-signature',
  'untrusted-root': 'finger.untrusted',
  'expired-certificate': 'finger.certificate-expired',
  'revoked-certificate': 'finger.revoked',
  'broken-hash': 'finger.chain-broken',
  'text-hash': 'finger.chain-broken',
  'other-serial': 'finger.other-device',
  'wrong-env': 'finger.environment',
  'wrong-purpose': 'finger.environment',
  'wrong-version': 'finger.version',
  'no-quality': 'finger.no-quality',
  'impossible-quality': 'finger.no-quality',
  tamper: 'finger.tamper',
  'unplugged-mid-capture': 'finger.no-device',
  'error-100': 'finger.not-registered',
  'error-101': 'finger.none-seen',
  'error-102': 'finger.extraction',
  'error-103': 'finger.tamper',
  'error-104': 'finger.vendor-offline',
  'error-105': 'finger.turn-hand',
  'error-106': 'finger.no-device',
  'error-107': 'finger.key-expired',
  'error-108': 'finger.key-missing',
  'error-109': 'finger.count-refused',
  'error-110': 'finger.not-ready',
  'error-111': 'finger.busy',
  'error-112': 'finger.request-refused',
  'error-113': 'finger.count-refused',
  'error-115': 'finger.environment',
  'error-120': 'finger.request-refused',
  'error-500': 'finger.request-refused',
  'error-599': 'finger.device-error',
}

/** @throws Error - for a fault whose true cause nobody has said yet */
export function causesOf(fault: Fault): readonly DeviceFault[] {
  const cause = causes[fault]
  if (!cause) throw new Error(`Which cause is right for the scanner's fault "${fault}"?`)
  return [cause]
}
