/** The models that the simulator can be, and how each puts into reports what a person does with it. */
import type { UsbIdentity } from './usb-tree.ts'

export const models = ['reader', 'scanner'] as const
export type Model = (typeof models)[number]

/** A vendor page with one input and one output report of 64 bytes, and the bar code scanner page of HID POS. */
const descriptors = {
  reader: '0600ff0901a1010901150026ff007508953f8102090195 3f9102c0'.replaceAll(' ', ''),
  scanner:
    '058c0902a1010912a102850209fe150026ff0075089538810209ff75019508810285fe09207508 9501b102c0c0'.replaceAll(
      ' ',
      '',
    ),
}

export const identities: Readonly<Record<Model, UsbIdentity>> = {
  reader: {
    vendor: 0x1209,
    product: 0x0001,
    manufacturer: 'Reference',
    name: 'RFID reader',
    serial: 'RDR-0001',
    descriptor: Buffer.from(descriptors.reader, 'hex'),
  },
  scanner: {
    vendor: 0x0c2e,
    product: 0x0b8f,
    manufacturer: 'Honeywell',
    name: 'Voyager 1400g',
    serial: 'SCN-0001',
    descriptor: Buffer.from(descriptors.scanner, 'hex'),
  },
}

/** A touch: a marker, how many bytes the number has, the number. */
export function touchReport(uid: Uint8Array): Uint8Array {
  const report = new Uint8Array(63)
  report.set([0x55, uid.length])
  report.set(uid.subarray(0, 61), 2)
  return report
}

const bytesInReport = 56

/** A code in as many reports as it needs; the last bit of each but the last says that it goes on. */
export function codeReports(text: string, symbology = ']Q1'): Uint8Array[] {
  const bytes = Buffer.from(text)
  const count = Math.max(1, Math.ceil(bytes.length / bytesInReport))
  return Array.from({ length: count }, (_none, index) => {
    const part = bytes.subarray(index * bytesInReport, (index + 1) * bytesInReport)
    const report = new Uint8Array(64)
    report.set([0x02, part.length])
    report.set(Buffer.from(symbology, 'latin1').subarray(0, 3), 2)
    report.set(part, 5)
    report[63] = index < count - 1 ? 1 : 0
    return report
  })
}
