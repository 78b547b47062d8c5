/** What Linux shows of a plugged USB HID device below /sys and /dev, as files that umockdev puts in their place. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export interface UsbIdentity {
  vendor: number
  product: number
  manufacturer: string
  name: string
  /** empty = the device has none */
  serial: string
  descriptor: Uint8Array
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
const HEX = (value: number, digits: number) => hex(value, digits).toUpperCase()

/** Makes the folders that are there before anything is plugged. */
export function createTree(root: string): void {
  for (const folder of [
    'dev/.node',
    'sys/bus/hid/devices',
    'sys/bus/usb/devices',
    'sys/class/hidraw',
    'sys/dev/char',
  ]) {
    mkdirSync(join(root, folder), { recursive: true })
  }
}

const major = 241
const usbFolder = (socket: number) => `sys/devices/pci0000:00/0000:00:14.0/usb1/1-${socket}`

/** @param socket of the bus, from 1 @param minor N of /dev/hidrawN */
export function plugIn(root: string, socket: number, minor: number, device: UsbIdentity): void {
  const { vendor, product, manufacturer, name, serial } = device
  const usb = usbFolder(socket)
  const face = `${usb}/1-${socket}:1.0`
  const hid = `${face}/0003:${HEX(vendor, 4)}:${HEX(product, 4)}.${HEX(minor + 1, 4)}`
  const raw = `${hid}/hidraw/hidraw${minor}`
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const link = (path: string, to: string) => {
    rmSync(join(root, path), { force: true })
    symlinkSync(relative(dirname(path), to), join(root, path))
  }
  const lines = (...all: string[]) => `${all.join('\n')}\n`

  const attributes = { idVendor: hex(vendor, 4), idProduct: hex(product, 4), bcdDevice: '0102' }
  const strings = { manufacturer, product: name, ...(serial && { serial }) }
  write(
    `${usb}/uevent`,
    lines('DEVTYPE=usb_device', `PRODUCT=${hex(vendor, 1)}/${hex(product, 1)}/102`, 'BUSNUM=001'),
  )
  for (const [file, text] of Object.entries({ ...attributes, ...strings }))
    write(`${usb}/${file}`, lines(text))
  write(`${face}/uevent`, lines('DEVTYPE=usb_interface', 'DRIVER=usbhid'))
  write(`${face}/bInterfaceNumber`, lines('00'))
  write(
    `${hid}/uevent`,
    lines(
      'DRIVER=hid-generic',
      `HID_ID=0003:${HEX(vendor, 8)}:${HEX(product, 8)}`,
      `HID_NAME=${manufacturer} ${name}`,
      `HID_PHYS=usb-0000:00:14.0-${socket}/input0`,
      `HID_UNIQ=${serial}`,
    ),
  )
  write(`${hid}/report_descriptor`, device.descriptor)
  write(`${raw}/uevent`, lines(`MAJOR=${major}`, `MINOR=${minor}`, `DEVNAME=hidraw${minor}`))
  write(`${raw}/dev`, lines(`${major}:${minor}`))
  write(`dev/hidraw${minor}`, '')
  link(`${usb}/subsystem`, 'sys/bus/usb')
  link(`${face}/subsystem`, 'sys/bus/usb')
  link(`${hid}/subsystem`, 'sys/bus/hid')
  link(`${raw}/subsystem`, 'sys/class/hidraw')
  link(`${raw}/device`, hid)
  link(`sys/dev/char/${major}:${minor}`, raw)
  // Last: from here on it is listed.
  link(`sys/class/hidraw/hidraw${minor}`, raw)
}

export function pullOut(root: string, socket: number, minor: number): void {
  for (const path of [
    `sys/class/hidraw/hidraw${minor}`,
    `sys/dev/char/${major}:${minor}`,
    `dev/hidraw${minor}`,
    usbFolder(socket),
  ]) {
    rmSync(join(root, path), { recursive: true, force: true })
  }
}
