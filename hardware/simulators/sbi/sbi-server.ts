/** The wire: Node's HTTP server refuses SBI's verbs, so requests are read from a plain socket (sbi.md §2). */
import { createServer, type Server, type Socket } from 'node:net'
import { drawFrame } from './ridges.ts'
import type { Answers, ScannerState } from './answers.ts'

const headLimit = 16_384
const bodyLimit = 262_144

export interface SbiServer {
  port(): number
  up(): Promise<void>
  down(): Promise<void>
}

/** @param ports from–to; the first free one is taken */
export function createSbiServer(
  ports: { from: number; to: number },
  state: ScannerState,
  answers: () => Answers,
): SbiServer {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  async function listen(): Promise<void> {
    for (let candidate = ports.from; candidate <= ports.to; candidate += 1) {
      const one = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        socket.on('error', () => socket.destroy())
        serve(socket).catch(() => socket.destroy())
      })
      const free = await new Promise<boolean>((resolve) => {
        one.once('error', () => resolve(false))
        one.listen(candidate, '127.0.0.1', () => resolve(true))
      })
      if (!free) continue
      server = one
      port = candidate
      return
    }
    throw new Error('No SBI port is free')
  }

  async function serve(socket: Socket): Promise<void> {
    let bytes = Buffer.alloc(0)
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk])
      const headEnd = bytes.indexOf('\r\n\r\n')
      if (headEnd < 0 && bytes.length > headLimit) return void socket.destroy()
      if (headEnd < 0) continue
      const head = bytes.subarray(0, headEnd).toString('latin1')
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (length > bodyLimit) return void socket.destroy()
      if (bytes.length < headEnd + 4 + length) continue
      const verb = head.split(' ')[0] ?? ''
      const text = bytes.subarray(headEnd + 4, headEnd + 4 + length).toString('utf8')
      return void (await answer(socket, verb, text))
    }
  }

  async function answer(socket: Socket, verb: string, text: string): Promise<void> {
    const body: unknown = text ? JSON.parse(text) : undefined
    switch (verb) {
      case 'MOSIPDISC':
        return send(socket, answers().discovery())
      case 'MOSIPDINFO':
        return send(socket, await answers().info())
      case 'RCAPTURE':
        return capture(socket, body)
      case 'STREAM':
        return stream(socket)
      default:
        return send(socket, { error: { errorCode: '500', errorInfo: 'Unknown verb' } })
    }
  }

  async function capture(socket: Socket, body: unknown): Promise<void> {
    const { fault } = state
    const spend = () => {
      state.times -= 1
      if (state.times <= 0) state.fault = undefined
    }
    if (fault === 'never-answers') {
      spend()
      return new Promise((resolve) => socket.once('close', resolve))
    }
    if (fault === 'not-json') return (spend(), sendText(socket, '<html>hello</html>'))
    const result = await answers().capture(body, waitForFingers)
    if (fault) spend()
    if (fault !== 'close-mid-body') return send(socket, result)
    const whole = JSON.stringify(result)
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Length: ${whole.length}\r\n\r\n${whole.slice(0, whole.length / 2)}`,
    )
    socket.destroySoon()
  }

  async function waitForFingers(ms: number): Promise<boolean> {
    const end = Date.now() + Math.min(ms, 30_000)
    while (!state.present && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    return state.present
  }

  async function stream(socket: Socket): Promise<void> {
    socket.write(
      'HTTP/1.0 200\r\nConnection: close\r\nContent-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n',
    )
    for (let at = 0; !socket.destroyed; at += 1) {
      const picture = drawFrame(at, state.present)
      socket.write(`--BoundaryString\r\nContent-Type:image/jpeg\r\nContent-Length:${picture.length}\r\n\r\n`)
      socket.write(picture)
      socket.write('\r\n\r\n')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  function send(socket: Socket, body: object): void {
    sendText(socket, JSON.stringify(body))
  }
  function sendText(socket: Socket, text: string): void {
    socket.end(
      `HTTP/1.1 200 OK\r\nCACHE-CONTROL:no-store\r\nLOCATION:http://127.0.0.1:${port}\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\nContent-Type: application/json\r\nConnection: Closed\r\n\r\n${text}`,
    )
  }

  return {
    port: () => port,
    up: async () => {
      if (!server) await listen()
    },
    down: async () => {
      for (const socket of sockets) socket.destroy()
      const ending = server
      server = undefined
      if (ending) await new Promise((resolve) => ending.close(resolve))
    },
  }
}
