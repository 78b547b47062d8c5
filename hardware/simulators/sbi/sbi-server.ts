/** The wire: Node's HTTP server refuses SBI's verbs, so requests are read from a plain socket (sbi.md §2). */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answers } from './answers.ts'
import { sendAnswer } from './broken-wire.ts'
import type { Fault } from './faults.ts'
import { sendPictures } from './live-picture.ts'
import type { Model, ScannerState } from './model.ts'

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
  { dialect }: Model,
  state: ScannerState,
  answers: () => Answers,
  record: (line: object) => void,
): SbiServer {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  async function listen(first = ports.from): Promise<void> {
    for (let candidate = first; candidate <= ports.to; candidate += 1) {
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
    const send = (body: object, fault?: Fault) => sendAnswer(socket, body, port, fault)
    const body: unknown = text ? JSON.parse(text) : undefined
    record({ verb, asked: text.slice(0, 2_000) })
    // Each dialect knows its own verbs only.
    const [discover, info] = dialect === '1.0' ? ['SBIDISC', 'SBIINFO'] : ['MOSIPDISC', 'MOSIPDINFO']
    if (verb === discover) return send(answers().discovery())
    if (verb === info) return send(await answers().info())
    if (verb === 'RCAPTURE' || verb === 'CAPTURE') return capture(socket, verb, body)
    if (verb === 'STREAM') return stream(socket)
    return send({ error: { errorCode: '500', errorInfo: 'Unknown verb' } })
  }

  async function capture(socket: Socket, verb: 'RCAPTURE' | 'CAPTURE', body: unknown): Promise<void> {
    if (state.held) return sendAnswer(socket, answers().failed('111', 'Busy'), port)
    if (state.scenario.length > 0) {
      state.fault = state.scenario.shift() ?? undefined
      state.times = 1
    }
    const { fault } = state
    state.held = true
    try {
      const result = await answers().capture(verb, body, (ms) => waitForFingers(ms, socket))
      if (fault) {
        state.times -= 1
        if (state.times <= 0) state.fault = undefined
      }
      record({ fault: fault ?? null })
      await sendAnswer(socket, result, port, fault)
      if (fault === 'moves-port') await move()
    } finally {
      state.held = false
    }
  }

  async function waitForFingers(ms: number, socket: Socket): Promise<boolean> {
    const end = Date.now() + Math.min(ms, 30_000)
    while (!state.present && !socket.destroyed && Date.now() < end) await delay(50)
    return state.present
  }

  async function stream(socket: Socket): Promise<void> {
    const none = { error: { errorCode: '202', errorInfo: 'No Device Connected.' } }
    if (state.fault === 'stream-refused' || state.held) return sendAnswer(socket, none, port)
    state.held = true
    try {
      await sendPictures(socket, state)
    } finally {
      state.held = false
    }
  }

  /** To the next free port; connections that are open stay. */
  async function move(): Promise<void> {
    const leaving = server
    server = undefined
    await listen(port === ports.to ? ports.from : port + 1)
    leaving?.close()
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
