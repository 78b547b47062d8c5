/** The motion-JPEG answer to STREAM (sbi.md §8), as long as somebody looks. */
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ScannerState } from './model.ts'
import { drawFrame } from './ridges.ts'

const head =
  'HTTP/1.0 200\r\nConnection: close\r\nContent-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n'

export async function sendPictures(socket: Socket, state: ScannerState): Promise<void> {
  socket.write(head)
  for (let at = 0; !socket.destroyed; at += 1) {
    const { fault } = state
    const picture = fault === 'stream-garbage' ? Buffer.alloc(9_000, 0x5a) : drawFrame(at, state.present)
    const told = fault === 'stream-length-lie' ? Math.floor(picture.length / 10) : picture.length
    if (fault !== 'stream-freezes' || at < 2) {
      socket.write(`--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:${told}\r\n\r\n`)
      socket.write(picture)
      socket.write('\r\n\r\n')
    }
    await delay(200)
  }
}
