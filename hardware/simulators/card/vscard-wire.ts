/**
 * The card's side of the protocol that QEMU's USB card reader speaks over a socket (`ccid-card-passthru`; libcacard's
 * vscard_common.h): a header of three 32-bit numbers, the first byte first - what it is, which reader, how many bytes
 * follow - and then the message.
 */
import { connect, type Socket } from 'node:net'
import type { OnReader } from './vpcd-wire.ts'

const init = 1
const readerAdd = 3
const atr = 5
const cardRemove = 6
const apdu = 7
const headerBytes = 12
/** `VSCD`, and version 0.0.2 of the protocol; no capabilities */
const greeting = Buffer.from('5653434400000002', 'hex')
/** An APDU of extended length and what belongs to it is not longer. */
const longest = 70_000

/** Puts a card on the reader behind the Unix socket `path`. @returns how to take it off */
export async function putOnVscard(path: string, card: OnReader): Promise<() => void> {
  const socket = connect(path)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let buffered: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.once('close', () => card.gone())
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= headerBytes && !socket.destroyed) {
      const length = buffered.readUInt32BE(8)
      if (length > longest) return void socket.destroy()
      if (buffered.length < headerBytes + length) return
      const message = buffered.subarray(headerBytes, headerBytes + length)
      if (buffered.readUInt32BE(0) === apdu) answer(socket, card, message)
      buffered = buffered.subarray(headerBytes + length)
    }
  })
  say(socket, init, Buffer.concat([greeting, Buffer.alloc(4)]))
  say(socket, readerAdd, Buffer.from('Kiosk\0'))
  say(socket, atr, card.atr)
  return () => {
    if (socket.destroyed) return
    say(socket, cardRemove, new Uint8Array())
    socket.end()
  }
}

function answer(socket: Socket, card: OnReader, message: Uint8Array): void {
  const bytes = card.respond(Uint8Array.from(message))
  if (bytes) say(socket, apdu, bytes)
}

function say(socket: Socket, type: number, bytes: Uint8Array): void {
  if (socket.destroyed || socket.writableEnded) return
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(type)
  header.writeUInt32BE(bytes.length, 8)
  socket.write(Buffer.concat([header, bytes]))
}
