/**
 * OpenID4VP 1.0 for phones that have a network: questions by reference (§5.10, `request_uri`) and encrypted answers
 * (§8.3.1, `direct_post.jwt`) through the relay.
 */
import express, { Router } from 'express'
import { z } from 'zod'
import type { IssuerKeys } from '../keys.ts'
import { authenticate } from '../kiosk/routes.ts'
import type { KioskEntry, Registry } from '../registry.ts'
import { registerVerifier } from './registration.ts'
import { createRelay, longestAnswer, longestQuestion } from './relay.ts'

export interface AskRoutesOptions {
  url: () => string
  keys: Pick<IssuerKeys, 'signing'>
  registry: Registry
  clock: { now(): number }
}

const zId = z.string().regex(/^[A-Za-z0-9_-]{22}$/)
const compact = (parts: number) => new RegExp(`^[A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]*){${parts - 1}}$`)
const zQuestion = z.strictObject({ id: zId, request: z.string().max(longestQuestion).regex(compact(3)) })
const zAnswer = z.object({ response: z.string().max(longestAnswer).regex(compact(5)) })

export function askRoutes({ url, keys, registry, clock }: AskRoutesOptions): Router {
  const relay = createRelay(clock)
  const kiosk = authenticate(registry)
  const router = Router()

  router.get('/kiosk/verifier', kiosk, async (_request, response) => {
    const entry: KioskEntry = response.locals['kiosk']
    const registration = await registerVerifier(entry, { keys, now: clock.now() })
    response.set('cache-control', 'no-store').json({ url: url(), registration })
  })
  router.post('/kiosk/presentations', kiosk, express.json({ limit: '20kb' }), (request, response) => {
    const entry: KioskEntry = response.locals['kiosk']
    const asked = zQuestion.safeParse(request.body)
    if (!asked.success) return void response.status(400).json({ error: 'bad_request' })
    const taken = relay.leave(entry.id, asked.data.id, asked.data.request)
    response.status(taken ? 201 : 429).json(taken ? {} : { error: 'too_many' })
  })
  router.get('/kiosk/presentations/:id', kiosk, (request, response) => {
    const entry: KioskEntry = response.locals['kiosk']
    const state = relay.collect(entry.id, String(request.params['id']))
    response.set('cache-control', 'no-store')
    if (!state) return void response.status(404).json({ error: 'unknown' })
    response.json(state)
  })

  router.get('/oid4vp/requests/:id', (request, response) => {
    const question = relay.question(request.params.id)
    response.set('cache-control', 'no-store')
    if (question === undefined) return void response.status(404).json({ error: 'invalid_request_uri' })
    response.type('application/oauth-authz-req+jwt').send(question)
  })
  const form = express.urlencoded({ extended: false, limit: '40kb' })
  router.post('/oid4vp/answers/:id', form, (request, response) => {
    const said = zAnswer.safeParse(request.body)
    if (!said.success) return void response.status(400).json({ error: 'invalid_request' })
    const taken = relay.answer(String(request.params['id']), said.data.response)
    response.set('cache-control', 'no-store')
    if (!taken) return void response.status(404).json({ error: 'invalid_request' })
    response.json({})
  })
  return router
}
