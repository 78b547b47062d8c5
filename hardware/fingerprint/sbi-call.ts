/** One SBI call over the wire: custom verbs, no kept connections, limits and a deadline (sbi.md §2). */
import { request as httpRequest, type IncomingMessage } from 'node:http'

export interface SbiCall {
  port: number
  verb: 'MOSIPDISC' | 'MOSIPDINFO' | 'SBIDISC' | 'SBIINFO' | 'RCAPTURE' | 'CAPTURE' | 'STREAM'
  path: string
  body?: object
  /** for everything until the last byte of the answer */
  deadlineMs: number
  signal?: AbortSignal
}

export class SbiCallFailed extends Error {
  readonly kind: 'unreachable' | 'timeout' | 'bad-answer' | 'cancelled'
  constructor(kind: SbiCallFailed['kind']) {
    super(kind)
    this.kind = kind
  }
}

const headLimit = 16_384
const answerLimit = 12_000_000

/** @returns the open answer; the caller reads it @throws SbiCallFailed */
export function openSbiCall(call: SbiCall): Promise<IncomingMessage> {
  return open(call, AbortSignal.timeout(call.deadlineMs))
}

function open({ port, verb, path, body, signal }: SbiCall, deadline: AbortSignal): Promise<IncomingMessage> {
  const text = body ? JSON.stringify(body) : ''
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: verb,
      path,
      agent: false,
      maxHeaderSize: headLimit,
      headers: {
        EXT: 'bhutan-id-kiosk',
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
      },
      signal: AbortSignal.any([deadline, ...(signal ? [signal] : [])]),
    })
    request.once('response', resolve)
    // Stays for later errors too: one that nobody listens to would end the process.
    request.on('error', (error) => reject(failureOf(error, deadline, signal)))
    request.end(text)
  })
}

function failureOf(error: Error, deadline: AbortSignal, signal: AbortSignal | undefined): SbiCallFailed {
  if (signal?.aborted) return new SbiCallFailed('cancelled')
  // Of a body that drips only "aborted" is told; the deadline itself knows why.
  if (deadline.aborted) return new SbiCallFailed('timeout')
  const parse = 'code' in error && typeof error.code === 'string' && error.code.startsWith('HPE_')
  return new SbiCallFailed(parse ? 'bad-answer' : 'unreachable')
}

/** @returns the answer's JSON @throws SbiCallFailed */
export async function callSbi(call: SbiCall): Promise<unknown> {
  const deadline = AbortSignal.timeout(call.deadlineMs)
  const response = await open(call, deadline)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      const piece = Buffer.from(chunk)
      size += piece.length
      if (size > answerLimit) throw new SbiCallFailed('bad-answer')
      chunks.push(piece)
    }
  } catch (error) {
    if (error instanceof SbiCallFailed) throw error
    const failure = failureOf(error instanceof Error ? error : new Error('stream'), deadline, call.signal)
    // A body that breaks off is a device that was pulled out or lied about its length.
    throw failure.kind === 'unreachable' ? new SbiCallFailed('bad-answer') : failure
  }
  // A body without a length seems whole when it is only broken off.
  if (deadline.aborted || call.signal?.aborted) throw failureOf(new Error('over'), deadline, call.signal)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new SbiCallFailed('bad-answer')
  }
}
