/** The control port of a simulator: a few JSON calls over HTTP on 127.0.0.1 (docs/processes.md). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'

/** What a call answers: JSON, or a picture. */
export type ControlAnswer = object | { type: string; bytes: Uint8Array }

/** By method and path, as `POST /insert`. The body is whatever JSON came, undefined without one. */
export type ControlCalls = Readonly<Record<string, (body: unknown) => ControlAnswer | Promise<ControlAnswer>>>

const bodyLimit = 64_000

/** Something about the call that its sender can mend; answered with 400 and this text. */
export class BadCall extends Error {}

/**
 * @param port 0 = any
 * @returns where it listens, and how to end it
 */
export async function startControlServer(port: number, calls: ControlCalls) {
  const server = createServer((request, response) => {
    answer(request, response, calls).catch((error: unknown) => {
      const isTheirs = error instanceof BadCall || error instanceof z.ZodError || error instanceof SyntaxError
      sendJson(response, isTheirs ? 400 : 500, { error: describe(error) })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url, close }
}

async function answer(request: IncomingMessage, response: ServerResponse, calls: ControlCalls) {
  // A page from elsewhere must not play with the simulators through a name that points to this machine.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    return sendJson(response, 421, { error: 'Ask 127.0.0.1' })
  }
  const path = (request.url ?? '/').split('?')[0]
  const call = calls[`${request.method} ${path}`]
  if (!call) return sendJson(response, 404, { error: 'No such call' })
  const result = await call(await readJson(request))
  if ('bytes' in result && result.bytes instanceof Uint8Array) {
    const type = 'type' in result ? result.type : 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(result.bytes)
    return
  }
  sendJson(response, 200, result)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator()) {
    const piece = Buffer.from(chunk)
    size += piece.length
    if (size > bodyLimit) throw new BadCall('The body is too long')
    chunks.push(piece)
  }
  if (size === 0) return undefined
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return void response.end()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  return error instanceof Error ? error.message : 'failed'
}

/** The one line that says that the process is ready. */
export function sayReady(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
