/**
 * A printer behind a device file (USB or serial). It is opened without blocking: a printer that takes nothing would
 * otherwise hold a thread of the host for good.
 */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../z-device.ts'
import type { PrinterLine } from './printer-line.ts'

export interface FileLineOptions {
  path: string
  oneWay: boolean
  /** how long the printer may take nothing */
  stallMs?: number
}

const pauseMs = 20
const pieceBytes = 4_096

export async function openFileLine(options: FileLineOptions): Promise<Result<PrinterLine, DeviceFault>> {
  const { path, oneWay, stallMs = 10_000 } = options
  const way = oneWay ? constants.O_WRONLY : constants.O_RDWR
  try {
    return ok(lineOf(await open(path, way | constants.O_NONBLOCK | constants.O_NOCTTY), oneWay, stallMs))
  } catch (error) {
    return err(
      codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM' ? 'printer.denied' : 'printer.unreachable',
    )
  }
}

function lineOf(file: FileHandle, oneWay: boolean, stallMs: number): PrinterLine {
  let closed = false

  async function listen(listener: (byte: number) => void): Promise<void> {
    const buffer = new Uint8Array(64)
    while (!closed) {
      try {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
        for (const byte of buffer.subarray(0, bytesRead)) listener(byte)
        if (bytesRead > 0) continue
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') return
      }
      await sleep(pauseMs)
    }
  }

  return {
    async write(bytes) {
      let at = 0
      let waited = 0
      while (at < bytes.length) {
        if (closed) return err('printer.unreachable')
        try {
          const { bytesWritten } = await file.write(bytes, at, Math.min(pieceBytes, bytes.length - at))
          at += bytesWritten
          if (bytesWritten > 0) {
            waited = 0
            continue
          }
        } catch (error) {
          if (codeOf(error) !== 'EAGAIN') return err('printer.unreachable')
        }
        if (waited >= stallMs) return err('printer.stalled')
        await sleep(pauseMs)
        waited += pauseMs
      }
      return ok()
    },
    onByte: (listener) => void (oneWay ? undefined : listen(listener)),
    close() {
      if (closed) return
      closed = true
      void file.close().catch(() => undefined)
    },
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
