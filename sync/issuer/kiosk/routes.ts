/** What a kiosk may ask: to be commissioned, whether we are there, how a request stands, an offer for its citizen. */
import { createHash } from 'node:crypto'
import type { Result } from 'neverthrow'
import express, { Router, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { zP256PublicJwk } from '../../../main/credentials/keys.ts'
import { zFoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import { certifyKiosk } from '../../bundle/bundle-head.ts'
import { zRequestId } from '../../z-facts.ts'
import { cidOfCard } from '../card-file.ts'
import type { IssuerKeys } from '../keys.ts'
import { zSealedFinger, type FingerRefusal, type SealedFinger } from '../finger/open-finger.ts'
import type { Commissions } from './commission.ts'
import { zConfigurations } from '../oid4vci/configurations.ts'
import type { OfferDesk } from '../offer-desk.ts'
import type { KioskEntry, Registry, RequestEntry } from '../registry.ts'

export interface KioskRoutesOptions {
  url: () => string
  keys: IssuerKeys
  registry: Registry
  desk: OfferDesk
  /** the platform could not make an offer; never personal data */
  onProblem?: (event: string) => void
  clock: { now(): number }
  commissions: Commissions
  /** checks and opens a finger that a kiosk's scanner sealed */
  openFinger: (sealed: SealedFinger) => Promise<Result<Buffer, FingerRefusal>>
}

const zCommission = z.object({ code: z.string().max(100), publicJwk: zP256PublicJwk })
const mostFingers = 50
const zWithFinger = z.looseObject({ finger: zSealedFinger.optional() })
const zWanted = z.looseObject({ configurations: zConfigurations.optional() })
const zWho = z.union([z.object({ request: zRequestId }), z.object({ cardFile: z.base64url().max(30_000) })])

/** Puts the kiosk into `response.locals`, or answers 401. */
export function authenticate(registry: Registry): RequestHandler {
  return async (request, response, next) => {
    const [user, password] = basicOf(request.headers.authorization)
    const kiosk = user && password ? await registry.kioskByUser(user, password) : undefined
    if (!kiosk)
      return void response
        .status(401)
        .set('www-authenticate', 'Basic realm="issuer"')
        .json({ error: 'unauthorized' })
    response.locals['kiosk'] = kiosk
    next()
  }
}

function basicOf(header: string | undefined): [string?, string?] {
  const text = /^Basic ([A-Za-z0-9+/=]{1,400})$/.exec(header ?? '')?.[1]
  const [user, ...password] = Buffer.from(text ?? '', 'base64')
    .toString('utf8')
    .split(':')
  return [user, password.join(':')]
}

export function kioskRoutes(options: KioskRoutesOptions): Router {
  const { keys, registry, desk, clock, commissions, openFinger } = options
  const router = Router()
  const json = express.json({ limit: '64kb' })
  /** a finger may come with it */
  const large = express.json({ limit: '2mb' })
  router.get('/health', (_request, response) => {
    response.set('cache-control', 'no-store').json({ ok: true, time: new Date(clock.now()).toISOString() })
  })
  router.post('/commission', json, async (request, response) => {
    const parsed = zCommission.safeParse(request.body)
    if (!parsed.success) return void response.status(400).json({ error: 'bad_request' })
    const made = await commissions.commission(parsed.data.code, parsed.data.publicJwk)
    if (!made) return void response.status(403).json({ error: 'code_not_valid' })
    const { kiosk, password } = made
    response.json({
      kiosk: kiosk.id,
      office: kiosk.office,
      user: kiosk.user,
      password,
      // By it another kiosk, without a link, knows that a bundle on a stick is of this fleet.
      certificate: await certifyKiosk(kiosk.id, kiosk.jwk, keys.signing.privateJwk),
      trust: { issuer: keys.signing.did, signing: keys.signing.publicJwk, sealing: keys.sealing.publicJwk },
    })
  })

  async function find(body: unknown, response: Response): Promise<RequestEntry | undefined | 'bad'> {
    const who = zWho.safeParse(body)
    if (!who.success) return 'bad'
    const kiosk: KioskEntry = response.locals['kiosk']
    if ('request' in who.data) {
      const entry = await registry.request(who.data.request)
      // A slip is good at the kiosks of its own office.
      return entry && (await registry.kiosk(entry.kiosk))?.office === kiosk.office ? entry : undefined
    }
    const cid = await cidOfCard(who.data.cardFile, keys.signing.publicJwk)
    return cid ? registry.newestByTag(keys.tag(cid)) : undefined
  }
  const shown = ({ id, state, reason, created }: RequestEntry) => ({
    request: id,
    state,
    created,
    ...(reason && { reason }),
  })

  const kiosk = authenticate(registry)
  router.post('/kiosk/lookup', kiosk, json, async (request, response) => {
    const entry = await find(request.body, response)
    if (entry === 'bad') return void response.status(400).json({ error: 'bad_request' })
    response.json(entry ? shown(entry) : {})
  })
  /** What proves the finger is kept with the request: no finger serves twice. @returns the entry, or undefined if it is refused */
  async function withFinger(entry: RequestEntry, body: unknown): Promise<RequestEntry | undefined> {
    const { finger } = zWithFinger.parse(body)
    if (!finger) return entry
    const sha256 = createHash('sha256').update(finger.record).digest('hex')
    const isKnown = ({ fingers = [] }: RequestEntry) => fingers.some((one) => one.sha256 === sha256)
    if (isKnown(entry)) return undefined
    const opened = await openFinger(finger)
    if (opened.isErr()) return undefined
    opened.value.fill(0)
    const at = new Date(clock.now()).toISOString()
    let again = false
    const next = await registry.changeRequest(entry.id, (before = entry) => {
      // Of two who show the same finger at once, one is known when the other comes.
      again = isKnown(before)
      if (again) return before
      return { ...before, fingers: [...(before.fingers ?? []), { at, sha256 }].slice(-mostFingers) }
    })
    return again ? undefined : next
  }

  router.post('/kiosk/offers', kiosk, large, async (request, response) => {
    const entry = await find(request.body, response)
    const wanted = zWanted.safeParse(request.body)
    if (entry === 'bad' || !wanted.success) return void response.status(400).json({ error: 'bad_request' })
    if (!entry) return void response.json({})
    const known = zWithFinger.safeParse(request.body).success && (await withFinger(entry, request.body))
    if (!known) return void response.json({ ...shown(entry), refused: 'finger' })
    if (entry.state !== 'ready' || !entry.claims) return void response.json(shown(entry))
    const { configurations } = wanted.data
    const claims = zFoundationalClaims.parse(JSON.parse(keys.reveal(entry.claims, entry.id)))
    const made = await desk.offer({ request: entry.id, tag: entry.tag, claims, configurations })
    if (made.isErr()) {
      options.onProblem?.(made.error.code)
      // The kiosk says that the issuer could not just now, and offers to try again.
      return void response.status(503).json({ error: made.error.code })
    }
    const { id, uri, txCode, expires } = made.value
    response.json({
      ...shown(entry),
      offer: { id, uri, txCode, expires: new Date(expires).toISOString() },
    })
  })
  router.get('/kiosk/offers/:id', kiosk, async (request, response) => {
    response.json({ state: await desk.stateOf(String(request.params['id'])) })
  })
  return router
}
