/** The body of a request as JSON, within a limit. */
import type { RequestHandler } from 'express'

const bodyLimit = 4_000_000

/** @returns the JSON of the body, or undefined where it is none or too long */
export async function readBody(request: Parameters<RequestHandler>[0]): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const piece = Buffer.from(chunk)
    size += piece.length
    if (size > bodyLimit) return undefined
    chunks.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
