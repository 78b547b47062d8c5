/** A printer in the network: raw bytes over TCP, by custom on port 9100. */
import { connect, type Socket } from 'node:net'
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../z-device.ts'
import type { PrinterLine } from './printer-line.ts'

/** Small pieces, so that a printer that stops reading is noticed although the system would buffer a whole slip. */
const pieceBytes = 4_096

export interface NetworkLineOptions {
  host: string
  port: number
  connectMs?: number
  /** how long the printer may take nothing */
  stallMs?: number
}

export function openNetworkLine(options: NetworkLineOptions): Promise<Result<PrinterLine, DeviceFault>> {
  const { host, port, connectMs = 4_000, stallMs = 10_000 } = options
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true })
    const fail = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(err('printer.unreachable'))
    }
    const timer = setTimeout(fail, connectMs)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(ok(lineOf(socket, stallMs)))
    })
  })
}

function lineOf(socket: Socket, stallMs: number): PrinterLine {
  let broken = false
  socket.on('error', () => (broken = true))
  socket.on('close', () => (broken = true))

  function writePiece(piece: Uint8Array): Promise<Result<void, DeviceFault>> {
    return new Promise((resolve) => {
      if (broken) return resolve(err('printer.unreachable'))
      const settle = (result: Result<void, DeviceFault>) => {
        clearTimeout(timer)
        socket.off('close', lost)
        resolve(result)
      }
      const lost = () => settle(err('printer.unreachable'))
      const timer = setTimeout(() => settle(err('printer.stalled')), stallMs)
      socket.once('close', lost)
      socket.write(piece, (error) => settle(error ? err('printer.unreachable') : ok()))
    })
  }

  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const written = await writePiece(bytes.subarray(at, at + pieceBytes))
        if (written.isErr()) return written
      }
      return ok()
    },
    onByte: (listener) =>
      socket.on('data', (data: Buffer) => {
        for (const byte of data) listener(byte)
      }),
    close: () => socket.destroy(),
  }
}
