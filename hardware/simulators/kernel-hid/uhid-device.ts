/**
 * A HID device through Linux's /dev/uhid: the kernel makes a real /dev/hidrawN of it (linux/uhid.h). It hangs on no bus,
 * so the kernel shows no USB device above it.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import type { UsbIdentity } from '../hid/usb-tree.ts'
import type { KernelDevice, OnReport } from './kernel-device.ts'

const destroy = 1
const output = 6
const getReport = 9
const getReportReply = 10
const create = 11
const input = 12
const setReport = 13
const setReportReply = 14

const dataMost = 4_096
const eventBytes = 4 + 128 + 64 + 64 + 2 + 2 + 16 + dataMost
const busUsb = 3
const lookEveryMs = 10
const ioError = 5

export function createUhidDevice(identity: UsbIdentity, onReport: OnReport): KernelDevice {
  const event = Buffer.alloc(eventBytes)
  let file: number | undefined
  let looking: NodeJS.Timeout | undefined

  /** Events of the kernel are taken by looking, because a waiting read could not be left. */
  function look(): void {
    while (file !== undefined && next(file)) hear(file)
  }

  function next(from: number): boolean {
    try {
      return readSync(from, event, 0, eventBytes, null) > 0
    } catch {
      // EAGAIN: nothing more now.
      return false
    }
  }

  function hear(to: number): void {
    switch (event.readUInt32LE(0)) {
      case output: {
        const size = Math.min(event.readUInt16LE(4 + dataMost), dataMost)
        return onReport('output', Uint8Array.from(event.subarray(4, 4 + size)))
      }
      case setReport: {
        const size = Math.min(event.readUInt16LE(10), dataMost)
        onReport('feature', Uint8Array.from(event.subarray(12, 12 + size)))
        return void writeSync(to, reply(setReportReply, event.readUInt32LE(4), 0))
      }
      case getReport:
        return void writeSync(to, reply(getReportReply, event.readUInt32LE(4), ioError))
    }
  }

  return {
    plug() {
      if (file !== undefined) return
      file = openSync('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK)
      writeSync(file, createEvent(identity))
      looking = setInterval(look, lookEveryMs)
    },
    unplug() {
      if (file === undefined) return
      clearInterval(looking)
      const event = Buffer.alloc(4)
      event.writeUInt32LE(destroy)
      writeSync(file, event)
      closeSync(file)
      file = undefined
    },
    isPlugged: () => file !== undefined,
    send(...reports) {
      for (const report of reports) if (file !== undefined) writeSync(file, inputEvent(report))
    },
  }
}

function createEvent({ manufacturer, name, serial, vendor, product, descriptor }: UsbIdentity): Buffer {
  const event = Buffer.alloc(eventBytes)
  event.writeUInt32LE(create)
  event.write(`${manufacturer} ${name}`, 4)
  event.write('uhid/0', 4 + 128)
  event.write(serial, 4 + 128 + 64)
  let at = event.writeUInt16LE(descriptor.length, 4 + 128 + 64 + 64)
  at = event.writeUInt16LE(busUsb, at)
  at = event.writeUInt32LE(vendor, at)
  at = event.writeUInt32LE(product, at)
  // The release, and no country.
  at = event.writeUInt32LE(0x0102, at)
  event.set(descriptor, event.writeUInt32LE(0, at))
  return event
}

function inputEvent(report: Uint8Array): Buffer {
  const event = Buffer.alloc(6 + report.length)
  event.writeUInt32LE(input)
  event.writeUInt16LE(report.length, 4)
  event.set(report, 6)
  return event
}

function reply(type: number, id: number, error: number): Buffer {
  const event = Buffer.alloc(12)
  event.writeUInt32LE(type)
  event.writeUInt32LE(id, 4)
  event.writeUInt16LE(error, 8)
  return event
}
