/** One virtual HID device: plugged, pulled, and speaking through the sockets that fake-hidraw.c dials. */
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { constants } from 'node:os'
import { plugIn, pullOut, type UsbIdentity } from './usb-tree.ts'

/**
 * `denied`: the system does not let it be opened. `mute`: it takes what is sent and never answers. `broken`: each
 * exchange fails.
 */
export type DeviceFaultName = 'denied' | 'mute' | 'broken'

export interface VirtualDeviceOptions {
  root: string
  identity: UsbIdentity
  socket: number
  minor: number
  /** an output or set-feature report; the first byte is the report id */
  onReport?: (as: 'output' | 'feature', bytes: Uint8Array) => void
  /** the answer to get-feature; undefined = the device has no such report */
  feature?: (report: number) => Uint8Array | undefined
}

export interface VirtualDevice {
  plug(socket?: number): Promise<void>
  unplug(): void
  isPlugged(): boolean
  /** how many programs hold it open */
  openBy(): number
  /** Sends input reports one after the other. */
  send(...reports: Uint8Array[]): void
  fault: DeviceFaultName | undefined
}

function frame(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16LE(bytes.length)
  return Buffer.concat([length, bytes])
}

export function createVirtualDevice(options: VirtualDeviceOptions): VirtualDevice {
  const { root, identity, minor } = options
  const path = join(root, `hidraw${minor}.sock`)
  const connections = new Set<Socket>()
  const readers = new Set<Socket>()
  let socket = options.socket
  let server: Server | undefined

  function greet(connection: Socket): void {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => {
      connections.delete(connection)
      readers.delete(connection)
    })
    connection.once('data', (first: Buffer) => {
      if (device.fault === 'denied') return void connection.end(Uint8Array.of(constants.errno.EACCES))
      connection.write(Uint8Array.of(0))
      if (first[0] === 'D'.charCodeAt(0)) readers.add(connection)
      else talk(connection, first.subarray(1))
    })
  }

  function talk(connection: Socket, first: Buffer): void {
    let buffer = first
    const take = () => {
      while (buffer.length >= 3 && buffer.length >= 2 + buffer.readUInt16LE(0)) {
        const end = 2 + buffer.readUInt16LE(0)
        const answer = answerTo(String.fromCharCode(buffer[2] ?? 0), Uint8Array.from(buffer.subarray(3, end)))
        buffer = buffer.subarray(end)
        if (answer) connection.write(frame(answer))
      }
    }
    connection.on('data', (data: Buffer) => {
      buffer = Buffer.concat([buffer, data])
      take()
    })
    take()
  }

  /** @returns undefined when it does not answer */
  function answerTo(op: string, bytes: Uint8Array): Uint8Array | undefined {
    if (op === 'R') return identity.descriptor
    if (op === 'I') {
      const info = Buffer.alloc(8)
      info.writeUInt32LE(3)
      info.writeUInt16LE(identity.vendor, 4)
      info.writeUInt16LE(identity.product, 6)
      return info
    }
    if (device.fault === 'mute') return undefined
    if (op === 'G') {
      return (device.fault === 'broken' ? undefined : options.feature?.(bytes[0] ?? 0)) ?? new Uint8Array()
    }
    if (device.fault === 'broken') return Uint8Array.of(constants.errno.EIO)
    options.onReport?.(op === 'W' ? 'output' : 'feature', bytes)
    return Uint8Array.of(0)
  }

  const device: VirtualDevice = {
    fault: undefined,
    async plug(into = socket) {
      if (server) return
      socket = into
      rmSync(path, { force: true })
      const listening = createServer(greet)
      server = listening
      await new Promise<void>((resolve) => listening.listen(path, resolve))
      plugIn(root, socket, minor, identity)
    },
    unplug() {
      if (!server) return
      pullOut(root, socket, minor)
      server.close()
      server = undefined
      for (const connection of connections) connection.destroy()
      rmSync(path, { force: true })
    },
    isPlugged: () => server !== undefined,
    openBy: () => readers.size,
    send(...reports) {
      const bytes = Buffer.concat(reports.map(frame))
      for (const reader of readers) reader.write(bytes)
    },
  }
  return device
}
