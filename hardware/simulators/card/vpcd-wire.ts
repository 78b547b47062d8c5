/**
 * The card's side of vpcd's protocol: TCP, two bytes of length and then the message, either way. A message of one byte
 * is a control: 0 power off, 1 power on, 2 reset, 4 "what is your ATR", which is also how vpcd asks whether a card is
 * there. A connection is a card on the reader.
 */
import { connect, type Socket } from 'node:net'

const askAtr = 4

export interface OnReader {
  /** @returns the answer to an APDU, or nothing: the card stays silent */
  respond(apdu: Uint8Array): Uint8Array | undefined
  atr: Uint8Array
  reset(): void
  /** The reader let go of the card. */
  gone(): void
}

/** Puts a card on the reader that listens on `port` of 127.0.0.1. @returns how to take it off */
export async function putOnReader(port: number, card: OnReader): Promise<() => void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let buffered: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.once('close', () => card.gone())
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= 2 && !socket.destroyed) {
      const end = 2 + buffered.readUInt16BE(0)
      if (buffered.length < end) return
      hear(socket, card, buffered.subarray(2, end))
      buffered = buffered.subarray(end)
    }
  })
  return () => void socket.destroy()
}

function hear(socket: Socket, card: OnReader, message: Uint8Array): void {
  if (message.length === 1) {
    if (message[0] === askAtr) return say(socket, card.atr)
    return card.reset()
  }
  const answer = card.respond(message)
  if (answer) say(socket, answer)
}

function say(socket: Socket, bytes: Uint8Array): void {
  if (socket.destroyed) return
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  socket.write(Buffer.concat([length, bytes]))
}
