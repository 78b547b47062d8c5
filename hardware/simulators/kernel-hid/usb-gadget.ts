/**
 * A HID device on a virtual USB bus: Linux's dummy_hcd is the socket, its gadget function f_hid the device, so the
 * kernel enumerates it and udev sees it as it would the real one (Documentation/usb/gadget_configfs). Needs root.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { UsbIdentity } from '../hid/usb-tree.ts'
import type { KernelDevice, OnReport } from './kernel-device.ts'

const gadget = '/sys/kernel/config/usb_gadget/kiosk'
const socket = 'dummy_udc.0'
const reportBytes = 64
const lookEveryMs = 20

const hex = (value: number) => `0x${value.toString(16).padStart(4, '0')}`

export function createUsbGadget(identity: UsbIdentity, onReport: OnReport): KernelDevice {
  let file: number | undefined
  let looking: NodeJS.Timeout | undefined
  build(identity)

  function look(): void {
    const report = Buffer.alloc(reportBytes)
    try {
      while (file !== undefined) {
        const size = readSync(file, report, 0, reportBytes, null)
        if (size <= 0) return
        // The kernel takes the report id off where the device does not number its reports.
        onReport('output', Uint8Array.of(0, ...report.subarray(0, size)))
      }
    } catch {
      // EAGAIN: nothing more now.
    }
  }

  return {
    plug() {
      if (file !== undefined) return
      writeFileSync(join(gadget, 'UDC'), socket)
      file = openSync('/dev/hidg0', constants.O_RDWR | constants.O_NONBLOCK)
      looking = setInterval(look, lookEveryMs)
    },
    unplug() {
      if (file === undefined) return
      clearInterval(looking)
      closeSync(file)
      file = undefined
      writeFileSync(join(gadget, 'UDC'), '\n')
    },
    isPlugged: () => file !== undefined,
    send(...reports) {
      for (const report of reports) if (file !== undefined) writeSync(file, report)
    },
  }
}

function build({ vendor, product, manufacturer, name, serial, descriptor }: UsbIdentity): void {
  if (existsSync(gadget)) return
  const write = (path: string, content: string | Uint8Array) => writeFileSync(join(gadget, path), content)
  for (const folder of ['strings/0x409', 'configs/c.1', 'functions/hid.0']) {
    mkdirSync(join(gadget, folder), { recursive: true })
  }
  write('idVendor', hex(vendor))
  write('idProduct', hex(product))
  write('bcdDevice', '0x0102')
  write('strings/0x409/manufacturer', manufacturer)
  write('strings/0x409/product', name)
  write('strings/0x409/serialnumber', serial)
  write('functions/hid.0/report_length', String(reportBytes))
  write('functions/hid.0/report_desc', descriptor)
  symlinkSync(join(gadget, 'functions/hid.0'), join(gadget, 'configs/c.1/hid.0'))
}
