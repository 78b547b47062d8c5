/**
 * The wire of libfprint's virtual image device (FP_VIRTUAL_IMAGE): the library listens on a socket while the scanner is
 * open, we are its sensor. Two int32, little-endian: width and height with the grey bytes behind them, or a negative
 * number and its argument. The library reads only while it wants a finger, so a press waits like a finger on the glass.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** First number of an order. */
const orders = { retry: -1, error: -2, automatic: -3, finger: -4, vanish: -5 } as const

export interface ImageDevice {
  connected(): boolean
  send(...orders_: readonly Order[]): Promise<void>
  /** Bytes as they are, for a sensor that has gone mad. */
  sendRaw(bytes: Uint8Array): Promise<void>
  /** Drops what the library has not read yet. */
  hangUp(): void
  close(): void
}

export type Order =
  { image: Uint8Array; width: number; height: number } | { order: keyof typeof orders; argument: number }

/** @param path of the socket; it need not be there yet, and may come and go */
export function attachImageDevice(path: string): ImageDevice {
  let socket: Socket | undefined
  let closed = false

  async function keepConnected(): Promise<void> {
    while (!closed) {
      const line = connect(path)
      await new Promise<void>((resolve) => {
        line.on('error', () => undefined)
        line.once('connect', () => (socket = line))
        line.once('close', () => resolve())
        // The library says nothing; only its hanging up is heard.
        line.resume()
      })
      if (socket === line) socket = undefined
      await pause(50)
    }
  }
  void keepConnected()

  async function sendRaw(bytes: Uint8Array): Promise<void> {
    for (let tries = 0; !socket && tries < 200; tries += 1) await pause(50)
    if (!socket) throw new Error('No program has opened the scanner')
    socket.write(bytes)
  }

  return {
    connected: () => socket !== undefined,
    send: (...list) => sendRaw(Buffer.concat(list.map(encode))),
    sendRaw,
    hangUp: () => void socket?.destroy(),
    close() {
      closed = true
      socket?.destroy()
    },
  }
}

/** @returns the two numbers that stand before an image or make an order */
export function head(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeInt32LE(first, 0)
  bytes.writeInt32LE(second, 4)
  return bytes
}

function encode(order: Order): Buffer {
  return 'image' in order
    ? Buffer.concat([head(order.width, order.height), order.image])
    : head(orders[order.order], order.argument)
}
