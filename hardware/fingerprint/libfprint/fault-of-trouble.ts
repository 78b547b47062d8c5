import type { DeviceFault } from '../../z-device.ts'
import type { OperationTrouble } from './fphelper-client.ts'

/** @returns what the helper's word means to a person */
export function faultOfTrouble(trouble: OperationTrouble): DeviceFault {
  switch (trouble) {
    case 'cancelled':
      return 'device.cancelled'
    case 'too-short':
      return 'finger.lifted-too-soon'
    case 'off-centre':
      return 'finger.off-centre'
    case 'lift-first':
      return 'finger.lift-first'
    case 'unclear':
      return 'finger.unclear'
    case 'unsupported':
      return 'finger.unsuitable'
    case 'busy':
      return 'finger.busy'
    case 'template':
      return 'finger.template-unreadable'
    case 'removed':
    case 'no-device':
      return 'finger.no-device'
    case 'too-hot':
      return 'finger.too-hot'
    case 'device':
      return 'finger.device-error'
    case 'timeout':
      return 'finger.timeout'
    case 'no-picture':
      return 'finger.no-picture'
    case 'driver-stopped':
      return 'device.driver-stopped'
    case 'missing':
      return 'finger.service-missing'
  }
}

/** Whether the scanner only wants the finger placed once more. */
export function asksAgain(trouble: OperationTrouble): boolean {
  return ['too-short', 'off-centre', 'lift-first', 'unclear'].includes(trouble)
}
