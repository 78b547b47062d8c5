/**
 * What the rest of the kiosk may know of a device. A device is one discriminated state, so a screen
 * can only show a state that exists.
 */
import { z } from 'zod'

export const zDeviceKind = z.enum([
  'card-reader',
  'fingerprint-scanner',
  // compares a finger with a template, here and without a link
  'finger-verifier',
  'camera',
  'code-scanner',
  // reads the number of a card, not what is on it
  'uid-reader',
  'receipt-printer',
])
export type DeviceKind = z.infer<typeof zDeviceKind>

/** Each names a text for the officer and one for the technician. */
export const zDeviceFault = z.enum([
  'card.service-down',
  'card.no-reader',
  'card.absent',
  'card.removed',
  'card.mute',
  'card.bad-signature',
  'card.unreadable',
  'card.travel-document',
  'travel-document.not-one',
  'travel-document.wrong-key',
  'travel-document.mrz-needed',
  'travel-document.blocked',
  'travel-document.bad-signature',
  'travel-document.issuer-unknown',
  'travel-document.signer-expired',
  'travel-document.cloned',
  'travel-document.unsupported',
  'finger.no-device',
  'finger.not-ready',
  'finger.not-registered',
  'finger.busy',
  'finger.timeout',
  'finger.none-seen',
  'finger.wrong-transaction',
  'finger.bad-signature',
  'finger.untrusted',
  'finger.clock',
  'finger.chain-broken',
  'finger.other-device',
  'finger.fewer-fingers',
  'finger.bad-answer',
  'finger.tamper',
  'finger.device-error',
  'finger.extraction',
  'finger.vendor-offline',
  'finger.turn-hand',
  'finger.key-expired',
  'finger.key-missing',
  'finger.count-refused',
  'finger.request-refused',
  'finger.environment',
  'finger.version',
  'finger.certificate-expired',
  'finger.revoked',
  'finger.no-quality',
  'camera.absent',
  'camera.refused',
  'camera.in-use',
  // it was there and is not any more
  'camera.lost',
  // it is there and gives no picture
  'camera.silent',
  // another one serves instead of the one that was chosen
  'camera.chosen-absent',
  'hid.absent',
  'hid.denied',
  'hid.failed',
  'hid.silent',
  'hid.unfit',
  'hid.no-signal',
  'hid.nothing-seen',
  'finger.service-missing',
  'finger.unsuitable',
  'finger.off-centre',
  'finger.unclear',
  'finger.too-dry',
  'finger.too-wet',
  'finger.lifted-too-soon',
  'finger.lift-first',
  'finger.too-hot',
  'finger.template-unreadable',
  'finger.no-picture',
  'printer.absent',
  'printer.unreachable',
  'printer.denied',
  'printer.paper-out',
  'printer.cover-open',
  'printer.jammed',
  'printer.offline',
  'printer.silent',
  'printer.stalled',
  'printer.busy',
  'printer.cannot-draw',
  'device.cancelled',
  'device.driver-stopped',
  'device.unknown',
])
export type DeviceFault = z.infer<typeof zDeviceFault>

/** Whom a device serves where there are several of its kind; `both` until a technician says otherwise. */
export const zDeviceRole = z.enum(['both', 'staff', 'citizen'])
export type DeviceRole = z.infer<typeof zDeviceRole>

const any = {
  kind: zDeviceKind,
  /** the same after a restart and in another socket: kind and serial number, or its name where it tells none */
  id: z.string().max(400),
}
const named = {
  ...any,
  name: z.string(),
  serial: z.string().optional(),
  /** by what it is known again; two of one name without serial numbers cannot be told apart for sure */
  knownBy: z.enum(['serial', 'name']),
  /** only where a technician may set one */
  role: zDeviceRole.optional(),
  /** when it last did real work for somebody; kept over restarts */
  lastUse: z.iso.datetime().optional(),
}

export const zDevice = z.discriminatedUnion('state', [
  /** none of its kind was seen since the start, or what leads to them all does not work */
  z.object({
    ...any,
    state: z.literal('absent'),
    cause: zDeviceFault,
    /** the kiosk is complete without it, so nobody has to act */
    optional: z.boolean().optional(),
  }),
  z.object({ ...any, state: z.literal('starting') }),
  z.object({
    ...named,
    state: z.literal('ready'),
    firmware: z.string().optional(),
    /** a card reader that holds a card now */
    holdsCard: z.boolean().optional(),
  }),
  z.object({ ...named, state: z.literal('busy') }),
  z.object({ ...named, state: z.literal('needs-attention'), cause: zDeviceFault }),
  /** was here since the start, and was unplugged */
  z.object({
    ...named,
    state: z.literal('gone'),
    since: z.iso.datetime(),
    cause: zDeviceFault,
    /** another one of its kind does its work, so nobody has to act */
    optional: z.boolean().optional(),
  }),
])
export type Device = z.infer<typeof zDevice>

type Told<D> = D extends { state: 'gone' } ? never : Omit<D, 'id' | 'knownBy' | 'role' | 'lastUse'>
/** What a driver says of its device; the manager knows the rest. */
export type DriverDevice = Told<Device>

/** What the page, to which the camera belongs, may say of it; no other device can be spoken of in this way. */
export const zCameraReport = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('ready'), name: z.string().trim().min(1).max(120) }),
  z.strictObject({ state: z.literal('absent'), cause: z.literal('camera.absent') }),
  z.strictObject({
    state: z.literal('needs-attention'),
    name: z.string().trim().min(1).max(120),
    cause: z.enum([
      'camera.refused',
      'camera.in-use',
      'camera.lost',
      'camera.silent',
      'camera.chosen-absent',
    ]),
  }),
])
export type CameraReport = z.infer<typeof zCameraReport>
