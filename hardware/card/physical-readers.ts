/**
 * The readers on the table behind the slots that PC/SC lists. A slot is named by pcsclite after its reader: product,
 * interface in square brackets, the USB serial number in round ones where the reader has one, then which of the plugged
 * readers it is and which of its slots, two hexadecimal digits each. The serial number is the same as the attribute
 * SCARD_ATTR_VENDOR_IFD_SERIAL_NO of PC/SC part 3, which the library does not ask for and which some readers leave empty.
 * Windows names carry none: such readers are known again by their name.
 */
import type { Reader } from './z-pcsc.ts'

export interface PhysicalReader {
  name: string
  serial?: string
  slots: readonly Reader[]
}

const slotName = /^(.+) ([0-9A-F]{2}) ([0-9A-F]{2})$/
const withSerial = /^(.*?) ?\(([\w.:-]{2,64})\)$/

/** @returns the readers in the order of their slots; two interfaces with one serial number are one reader */
export function physicalReaders(slots: readonly Reader[]): PhysicalReader[] {
  const readers = new Map<string, PhysicalReader>()
  for (const slot of slots) {
    const { key, ...about } = readerOf(slot.name)
    const before = readers.get(key)
    readers.set(key, { ...(before ?? about), slots: [...(before?.slots ?? []), slot] })
  }
  return [...readers.values()]
}

function readerOf(slot: string): { key: string; name: string; serial?: string } {
  const [, product = slot, index] = slotName.exec(slot) ?? []
  const [, bare, serial] = withSerial.exec(product) ?? []
  if (serial) return { key: `serial ${serial}`, name: bare || product, serial }
  const name = index === undefined ? product : `${product} ${index}`
  return { key: name, name }
}
