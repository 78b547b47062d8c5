import type { DeviceFault } from '../z-device.ts'

const faults: Record<string, DeviceFault> = {
  '100': 'finger.not-registered',
  '101': 'finger.none-seen',
  '102': 'finger.device-error',
  '103': 'finger.tamper',
  '104': 'finger.device-error',
  '105': 'finger.none-seen',
  '106': 'finger.no-device',
  '107': 'finger.not-registered',
  '108': 'finger.not-registered',
  '109': 'finger.fewer-fingers',
  '110': 'finger.not-ready',
  '111': 'finger.busy',
  '112': 'finger.wrong-transaction',
  '202': 'finger.no-device',
  '607': 'finger.busy',
  '701': 'finger.timeout',
  '703': 'finger.busy',
  '803': 'finger.busy',
}

/** @param code of SBI's table (sbi.md §9) or of the well-known mock @returns what it means to a person */
export function faultOfCode(code: string): DeviceFault {
  return faults[code] ?? 'finger.device-error'
}
