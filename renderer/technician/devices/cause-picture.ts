/** Which picture goes with a fault: what a hand or an eye has to do about it. */
import type { FailureCode } from '../../../main/api/failure.ts'
import type { ShownDevice } from '../../lib/devices/trouble.ts'

export type CausePictureName =
  | 'cable'
  | 'service'
  | 'permission'
  | 'certificate'
  | 'clock'
  | 'settings'
  | 'power'
  | 'wait'
  | 'out-of-service'
  | 'card'
  | 'forged'
  | 'finger'
  | 'glass'
  | 'lens'
  | 'paper'
  | 'cover'
  | 'jam'

type Cause = Extract<ShownDevice, { cause: unknown }>['cause']

/** Every fault of a device has one: a new one does not compile without. */
const pictures: Record<Cause, CausePictureName> = {
  'card.service-down': 'service',
  'card.no-reader': 'cable',
  'card.absent': 'card',
  'card.removed': 'card',
  'card.mute': 'card',
  'card.bad-signature': 'forged',
  'card.unreadable': 'forged',
  'card.travel-document': 'card',
  'travel-document.not-one': 'forged',
  'travel-document.wrong-key': 'card',
  'travel-document.mrz-needed': 'card',
  'travel-document.blocked': 'forged',
  'travel-document.bad-signature': 'forged',
  'travel-document.issuer-unknown': 'certificate',
  'travel-document.signer-expired': 'certificate',
  'travel-document.cloned': 'forged',
  'travel-document.unsupported': 'forged',
  'finger.no-device': 'cable',
  'finger.not-ready': 'wait',
  'finger.not-registered': 'certificate',
  'finger.busy': 'wait',
  'finger.timeout': 'service',
  'finger.none-seen': 'finger',
  'finger.wrong-transaction': 'service',
  'finger.bad-signature': 'out-of-service',
  'finger.untrusted': 'certificate',
  'finger.clock': 'clock',
  'finger.chain-broken': 'service',
  'finger.other-device': 'cable',
  'finger.fewer-fingers': 'finger',
  'finger.bad-answer': 'service',
  'finger.tamper': 'out-of-service',
  'finger.device-error': 'power',
  'finger.extraction': 'glass',
  'finger.vendor-offline': 'service',
  'finger.turn-hand': 'finger',
  'finger.key-expired': 'certificate',
  'finger.key-missing': 'certificate',
  'finger.count-refused': 'out-of-service',
  'finger.request-refused': 'settings',
  'finger.environment': 'settings',
  'finger.version': 'service',
  'finger.certificate-expired': 'certificate',
  'finger.revoked': 'out-of-service',
  'finger.no-quality': 'service',
  'camera.absent': 'cable',
  'camera.refused': 'permission',
  'camera.in-use': 'lens',
  'camera.lost': 'cable',
  'camera.silent': 'lens',
  'camera.chosen-absent': 'cable',
  'hid.absent': 'cable',
  'hid.denied': 'permission',
  'hid.failed': 'cable',
  'hid.silent': 'power',
  'hid.unfit': 'settings',
  'hid.no-signal': 'settings',
  'hid.nothing-seen': 'card',
  'finger.service-missing': 'service',
  'finger.unsuitable': 'out-of-service',
  'finger.off-centre': 'finger',
  'finger.unclear': 'glass',
  'finger.no-picture': 'glass',
  'finger.too-dry': 'finger',
  'finger.too-wet': 'glass',
  'finger.lifted-too-soon': 'finger',
  'finger.lift-first': 'finger',
  'finger.too-hot': 'wait',
  'finger.template-unreadable': 'settings',
  'printer.absent': 'settings',
  'printer.unreachable': 'cable',
  'printer.denied': 'permission',
  'printer.paper-out': 'paper',
  'printer.cover-open': 'cover',
  'printer.jammed': 'jam',
  'printer.offline': 'power',
  'printer.silent': 'power',
  'printer.stalled': 'power',
  'printer.busy': 'wait',
  'printer.cannot-draw': 'settings',
  'device.cancelled': 'wait',
  'device.driver-stopped': 'service',
  'device.unknown': 'cable',
}

/** @returns the picture of a fault; what goes wrong elsewhere than at a device has none */
export const pictureOf = (code: FailureCode): CausePictureName | undefined =>
  Object.entries(pictures).find(([cause]) => cause === code)?.[1]
