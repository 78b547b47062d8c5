/**
 * Offers by the production platform, a deployment of CREDEBL: templates, offers, their state by webhook or by asking, and the
 * revocation of what was replaced. What the platform did not take is kept and tried again.
 */
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { issuedClaims } from '../../main/credentials/issued-claims.ts'
import type { Gateway } from './credebl/gateway.ts'
import { payloadOf } from './credebl/payload-of.ts'
import type { Errand, SessionEntry, Sessions } from './credebl/sessions.ts'
import type { CredeblChoice } from './credebl/z-platform-choice.ts'
import { zCreatedOffer, zSession, zTemplates, type SessionState } from './credebl/z-gateway.ts'
import { offeredByDefault } from './oid4vci/configurations.ts'
import type { OfferDesk, OfferOrder, PlatformFailure, ShownOffer, ShownState } from './offer-desk.ts'

interface Parts {
  choice: Pick<CredeblChoice, 'orgId' | 'issuerId' | 'templates' | 'pollMs'>
  gateway: Gateway
  sessions: Sessions
  clock: { now(): number }
  /** the wallet has all of an offer; may be told again */
  onCollected: (request: string) => Promise<void>
  onProblem: (event: string) => void
}

export interface CredeblDesk extends OfferDesk {
  /** What the webhook tells; twice or late changes nothing. */
  heard(session: string, state: SessionState): Promise<void>
  /** Asks for what nobody has told, and runs errands that are left. */
  round(): Promise<void>
}

/** Where the platform does not say how long an offer is good. */
const usualLifeMs = 5 * 60_000
const validityMs = 365 * 86_400_000
/** After the end of an offer, how long it is still asked for: the last word may be late. */
const lateMs = 60 * 60_000

export function createCredeblDesk(parts: Parts): CredeblDesk {
  const { choice, gateway, sessions, clock, onProblem } = parts
  const org = `/orgs/${choice.orgId}`
  const asked = new Map<string, number>()

  const templates = () =>
    gateway.call({ method: 'GET', path: `${org}/oid4vc/${choice.issuerId}/template`, schema: zTemplates })

  async function credentialsOf(order: OfferOrder): Promise<Result<object[], PlatformFailure>> {
    const all = await templates()
    if (all.isErr()) return err(all.error)
    const from = new Date(clock.now() - 60_000)
    const validityInfo = {
      validFrom: from.toISOString(),
      validUntil: new Date(clock.now() + validityMs).toISOString(),
    }
    const credentials: object[] = []
    for (const configuration of order.configurations ?? offeredByDefault) {
      const templateId = choice.templates[configuration]
      // The platform has no template for it: the offer holds the others.
      if (templateId === undefined) continue
      const template = all.value.find(({ id }) => id === templateId)
      if (!template) return err({ code: 'platform.template-unfit', template: templateId, missing: [] })
      const payload = payloadOf(template, issuedClaims(order.claims, from))
      if (payload.isErr()) return err(payload.error)
      credentials.push({ templateId, payload: payload.value, validityInfo })
    }
    return credentials.length > 0
      ? ok(credentials)
      : err({ code: 'platform.template-unfit', template: '', missing: [] })
  }

  async function offer(order: OfferOrder): Promise<Result<ShownOffer, PlatformFailure>> {
    const credentials = await credentialsOf(order)
    if (credentials.isErr()) return err(credentials.error)
    const made = await gateway.call({
      method: 'POST',
      path: `${org}/oid4vc/${choice.issuerId}/create-offer`,
      body: {
        credentials: credentials.value,
        authorizationType: 'preAuthorizedCodeFlow',
        isRevocable: true,
      },
      schema: zCreatedOffer,
    })
    if (made.isErr()) return err(made.error)
    const { credentialOffer: uri, issuanceSession } = made.value
    const { id, userPin: txCode, expiresAt } = issuanceSession
    const expires = expiresAt === undefined ? clock.now() + usualLifeMs : Date.parse(expiresAt)
    const { request, tag } = order
    await sessions.add({ id, request, state: 'OfferCreated', expires, ...(tag !== undefined && { tag }) })
    return ok({ id, uri, txCode, expires })
  }

  async function heard(session: string, state: SessionState): Promise<void> {
    const entry = await sessions.byId(session)
    // First what follows from it, which may be repeated; then it is known: a power cut in between loses nothing.
    if (state === 'Completed' && entry && entry.state !== 'Completed' && entry.state !== 'Error')
      await parts.onCollected(entry.request)
    await sessions.heard(session, state)
    if (state === 'Completed' || state === 'Error') asked.delete(session)
  }

  async function askFor({ id }: SessionEntry): Promise<void> {
    const last = asked.get(id)
    if (last !== undefined && clock.now() - last < choice.pollMs) return
    asked.set(id, clock.now())
    const path = `${org}/oid4vc/credential-offer/${encodeURIComponent(id)}`
    const answer = await gateway.call({ method: 'GET', path, schema: zSession })
    if (answer.isOk() && answer.value.id === id) return heard(id, answer.value.state)
    if (answer.isErr() && answer.error.code === 'platform.unknown') return heard(id, 'Error')
    onProblem(answer.isErr() ? answer.error.code : 'platform.nonsense')
  }

  async function run(errand: Errand): Promise<void> {
    const id = encodeURIComponent(errand.session)
    const schema = z.unknown()
    const answer = await (errand.errand === 'revoke'
      ? gateway.call({ method: 'POST', path: `${org}/openid4vc/issuance-sessions/${id}/revoke`, schema })
      : gateway.call({ method: 'DELETE', path: `${org}/oid4vc/${id}/delete-offer`, schema }))
    // An offer that is not there any more need not be withdrawn.
    const isDone = answer.isOk() || (errand.errand === 'withdraw' && answer.error.code === 'platform.unknown')
    if (isDone) return sessions.done(errand)
    onProblem(answer.isErr() ? `${errand.errand}: ${answer.error.code}` : errand.errand)
  }

  async function stateOf(id: string): Promise<ShownState> {
    const before = await sessions.byId(id)
    if (!before) return 'unknown'
    if (before.state !== 'Completed' && before.state !== 'Error') await askFor(before)
    return shown((await sessions.byId(id)) ?? before, clock.now())
  }

  async function round(): Promise<void> {
    for (const one of await sessions.errands()) await run(one)
    for (const one of await sessions.open()) {
      if (one.expires + lateMs < clock.now()) await sessions.heard(one.id, 'Error')
      else await askFor(one)
    }
  }

  return { offer, stateOf, heard, round, close: () => sessions.close() }
}

/** @returns the state as a kiosk shows it */
function shown({ state, expires }: SessionEntry, now: number): ShownState {
  switch (state) {
    case 'Completed':
      return 'collected'
    case 'Error':
      return 'expired'
    case 'OfferCreated':
    case 'OfferUriRetrieved':
    case 'AuthorizationInitiated':
      return expires <= now ? 'expired' : 'waiting'
    case 'AuthorizationGranted':
    case 'AccessTokenRequested':
    case 'AccessTokenCreated':
    case 'CredentialRequestReceived':
    case 'CredentialsPartiallyIssued':
      return expires <= now ? 'expired' : 'opened'
  }
}
