/** Where a phone with a token collects: at once, later, and where it tells what became of it (OpenID4VCI 1.0 §8, §9, §11). */
import express, { Router, type Request, type Response } from 'express'
import { Oauth2ErrorCodes, type Oauth2ResourceServer } from '@openid4vc/oauth2'
import type { IssuerMetadataResult, Openid4vciIssuer } from '@openid4vc/openid4vci'
import { z } from 'zod'
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { IssuerKeys } from '../keys.ts'
import { offerOfToken } from './bearer.ts'
import type { ConfigurationId } from './configurations.ts'
import { readCredentialRequest } from './credential-request.ts'
import { answerSealer, openRequest, type SealAnswer } from './encryption.ts'
import { checkHolderProofs, refusal } from './holder-proof.ts'
import { issueCredential } from './issue-credential.ts'
import type { Nonces } from './nonces.ts'
import type { Offer, Offers } from './offers.ts'
import { sendWhole } from './send-whole.ts'
import { zNoticeEvent, type Holder, type NoticeEvent, type Transaction } from './z-offer.ts'

/** Whether a request may be issued now. `open`: nobody has decided; `over`: it may not, or no longer. */
export type Standing =
  { state: 'ready'; claims: FoundationalClaims; statusIndex: number } | { state: 'open' } | { state: 'over' }

export interface HandOut {
  keys: IssuerKeys
  offers: Offers
  clock: { now(): number }
  statusListUrl: () => string
  standingOf: (request: string) => Promise<Standing>
  /** one credential of the offer has left for the wallet; told for each, and must bear it */
  onGiven?: (offer: Offer) => Promise<void>
  /** every credential of the offer has been handed to the wallet, or the wallet has told that it keeps one; told once */
  onCollected: (offer: Offer) => Promise<void>
  /** the wallet has told what became of a credential */
  onTold?: (offer: Offer, event: NoticeEvent) => void
}

interface Protocol {
  url: () => string
  issuer: Openid4vciIssuer
  resources: Oauth2ResourceServer
  metadata: () => IssuerMetadataResult
  nonces: Nonces
}

/** Seconds after which a phone may ask again; a kiosk's link may be away for hours. */
const deferredSeconds = 300

const zDeferred = z.object({ transaction_id: z.string().min(1).max(100) })
const zNotification = z.object({
  notification_id: z.string().max(100),
  event: zNoticeEvent,
  event_description: z
    .string()
    .max(1_000)
    .regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
    .optional(),
})

interface Wanted {
  configuration: ConfigurationId
  holders: Holder[]
}

interface HowHanded {
  standing: Standing
  seal: SealAnswer
  response: Response
  /** whether the wallet may tell what became of it */
  withNotice: boolean
}

export function credentialRoutesOf(options: HandOut & Protocol): Router {
  const { issuer, metadata, nonces, keys, offers, clock, statusListUrl, onCollected } = options
  const router = Router()
  const body = [
    express.json({ limit: '32kb' }),
    express.text({ type: 'application/jwt', limit: '32kb', defaultCharset: 'utf-8' }),
  ]

  /** @returns what was asked, and how the answer is to be sealed */
  async function read(request: Request): Promise<{ asked: unknown; seal: SealAnswer }> {
    const encrypted = typeof request.body === 'string'
    const asked: unknown = encrypted ? await openRequest(request.body, keys.asking) : request.body
    const { credential_response_encryption } = Object(asked)
    return { asked, seal: await answerSealer(credential_response_encryption, encrypted) }
  }

  async function close(offer: Offer): Promise<void> {
    if (offer.state === 'collected') return
    await offers.collected(offer)
    await onCollected(offer)
  }

  async function handOut(
    offer: Offer,
    { configuration, holders }: Wanted,
    { standing, seal, response, withNotice }: HowHanded,
  ): Promise<void> {
    // Asked again only here, where nothing can come in between: of two requests at once one gets it.
    if (standing.state !== 'ready' || !(await offers.give(offer, configuration)))
      throw refusal(Oauth2ErrorCodes.CredentialRequestDenied)
    try {
      const { claims, statusIndex } = standing
      const issue = { claims, statusIndex, keys, statusListUrl: statusListUrl(), now: clock.now() }
      const credentials = await Promise.all(
        holders.map(async (holder) => ({
          credential: await issueCredential(configuration, { ...issue, holder }),
        })),
      )
      const notice = withNotice && { notification_id: await offers.notice(offer, configuration) }
      await sendWhole(response.status(200), await seal({ credentials, ...notice }))
    } catch (error) {
      await offers.takeBack(offer, configuration)
      throw error
    }
    await options.onGiven?.(offer)
    if (offer.configurations.every((id) => offer.given.has(id))) await close(offer)
  }

  const later = async ({ id }: Transaction, seal: SealAnswer, response: Response) =>
    sendWhole(response.status(202), await seal({ transaction_id: id, interval: deferredSeconds }))

  router.post('/oid4vci/credential', body, async (request: Request, response: Response) => {
    const offer = await offerOfToken(request, options)
    const { asked, seal } = await read(request)
    const issuerData = metadata()
    const { wanted, jwts } = readCredentialRequest(asked, issuer, issuerData)
    // Also what the issuer makes, but this offer does not hold.
    if (!offer.configurations.includes(wanted) || offer.given.has(wanted))
      throw refusal(Oauth2ErrorCodes.CredentialRequestDenied)
    const { boundTo } = offer
    const holders = await checkHolderProofs(jwts, {
      ...{ issuer, metadata: issuerData, nonces, now: clock.now(), boundTo },
    })
    const standing = await options.standingOf(offer.request)
    if (standing.state === 'open') return later(await offers.defer(offer, wanted, holders), seal, response)
    await handOut(offer, { configuration: wanted, holders }, { standing, seal, response, withNotice: true })
  })

  router.post('/oid4vci/deferred', body, async (request: Request, response: Response) => {
    const offer = await offerOfToken(request, options)
    const { asked, seal } = await read(request)
    const parsed = zDeferred.safeParse(asked)
    if (!parsed.success) throw refusal(Oauth2ErrorCodes.InvalidCredentialRequest)
    const transaction = offer.transactions.find(({ id }) => id === parsed.data.transaction_id)
    // Known, but its credential is on the way to the wallet already.
    if (!transaction || offer.given.has(transaction.configuration))
      throw refusal(Oauth2ErrorCodes.InvalidTransactionId)
    const standing = await options.standingOf(offer.request)
    if (standing.state === 'open') return later(transaction, seal, response)
    // Without `notification_id`, which §9.2 leaves open: wallets built on @openid4vc 0.4.6 (Credo 0.6.3) throw a deferred
    // answer away that has one.
    await handOut(offer, transaction, { standing, seal, response, withNotice: false })
    await offers.settle(offer, transaction)
  })

  router.post('/oid4vci/notification', express.json({ limit: '8kb' }), async (request, response) => {
    const offer = await offerOfToken(request, options)
    const parsed = zNotification.safeParse(request.body)
    if (!parsed.success) throw refusal('invalid_notification_request')
    const { notification_id, event } = parsed.data
    const notice = offer.notices.find(({ id }) => id === notification_id)
    if (!notice) throw refusal('invalid_notification_id')
    if (await offers.told(offer, notice, event)) {
      options.onTold?.(offer, event)
      if (event === 'credential_accepted') await close(offer)
    }
    response.status(204).end()
  })
  return router
}
