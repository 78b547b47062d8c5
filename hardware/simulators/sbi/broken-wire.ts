/** How an answer leaves: as it should, or with a fault of the wire. */
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './faults.ts'

/** @param port for the LOCATION header */
export async function sendAnswer(socket: Socket, body: object, port: number, fault?: Fault): Promise<void> {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  const head = (length: number | undefined, status = '200 OK') =>
    `HTTP/1.1 ${status}\r\nCACHE-CONTROL:no-store\r\nLOCATION:http://127.0.0.1:${port}\r\n` +
    (length === undefined ? '' : `Content-Length: ${length}\r\n`) +
    'Content-Type: application/json\r\nConnection: Closed\r\n\r\n'
  switch (fault) {
    case 'never-answers':
      return new Promise((resolve) => socket.once('close', () => resolve()))
    case 'slow-answer':
      await delay(1_000)
      return void socket.end(head(bytes) + text)
    case 'close-mid-body':
      socket.write(head(bytes) + text.slice(0, text.length / 2))
      return socket.destroySoon()
    case 'wrong-content-length':
      return void socket.end(head(bytes + 500) + text)
    case 'short-content-length':
      return void socket.end(head(Math.floor(bytes / 2)) + text)
    case 'no-content-length':
      return void socket.end(head(undefined) + text)
    case 'trailing-crlf':
      return void socket.end(`${head(bytes)}${text}\r\n\r\n`)
    case '405-ok':
      return void socket.end(`${head(2, '405 OK')}{}`)
    case 'not-json':
      return void socket.end(`${head(18)}<html>hello</html>`)
    case 'huge-head':
      return pour(socket, 'HTTP/1.1 200 OK\r\n', `X-Filler: ${'a'.repeat(8_000)}\r\n`, 0)
    case 'endless-body':
      return pour(socket, head(undefined), '[1,2,3,4,5,6,7,8,9],'.repeat(3_000), 0)
    case 'drip':
      return pour(socket, 'HTTP/1.1 200 OK\r\nX-Drip: ', 'a', 100)
    default:
      return void socket.end(head(bytes) + text)
  }
}

/** Until the other side has had enough. */
async function pour(socket: Socket, first: string, again: string, everyMs: number): Promise<void> {
  socket.write(first)
  while (!socket.destroyed) {
    if (!socket.write(again)) {
      await Promise.race(
        ['drain', 'close'].map((name) => new Promise((resolve) => socket.once(name, resolve))),
      )
    }
    await delay(everyMs)
  }
}
