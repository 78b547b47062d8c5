/** The platform tells how far an offer is. Believed only with its signature; what it tells twice changes nothing. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import express, { Router, type Request, type Response } from 'express'
import type { SessionState } from './z-gateway.ts'
import { zWebhook } from './z-gateway.ts'

interface Parts {
  /** shared with the platform; read anew each time */
  secret: () => string
  heard: (session: string, state: SessionState) => Promise<void>
  clock: { now(): number }
}

/** Older than this it is a recording. */
const oldestMs = 5 * 60_000

export function credeblWebhook({ secret, heard, clock }: Parts): Router {
  const router = Router()
  // Credentials may lie in it; none is read.
  const raw = express.raw({ type: 'application/json', limit: '1mb' })
  router.post('/credebl/webhook', raw, async (request: Request, response: Response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const [stamp = '', signature = ''] = [request.get('x-timestamp'), request.get('x-signature')]
    const isFresh = /^\d{13}$/.test(stamp) && Math.abs(clock.now() - Number(stamp)) <= oldestMs
    if (!isFresh || !isSigned(signature, stamp, body, secret()))
      return void response.status(401).json({ error: 'unauthorized' })
    const parsed = zWebhook.safeParse(jsonOf(body))
    if (!parsed.success) return void response.status(400).json({ error: 'bad_request' })
    await heard(parsed.data.data.id, parsed.data.data.state)
    response.status(204).end()
  })
  return router
}

function isSigned(signature: string, stamp: string, body: Buffer, secret: string): boolean {
  const right = createHmac('sha256', secret).update(`${stamp}.`).update(body).digest()
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(signature) ? signature : '', 'hex')
  return given.length === right.length && timingSafeEqual(given, right)
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
