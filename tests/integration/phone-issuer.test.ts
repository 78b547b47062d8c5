/** The phone against the reference issuer's own OpenID4VCI routes, over HTTP on loopback. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createPresentationRequest } from '../../main/credentials/presentation-request.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyPresentation } from '../../main/credentials/verify-presentation.ts'
import { openDurableStore } from '../../sync/durable-store.ts'
import { loadKeys, type IssuerKeys } from '../../sync/issuer/keys.ts'
import { Offers, type Offer } from '../../sync/issuer/oid4vci/offers.ts'
import { statusRoutes } from '../../sync/issuer/status-routes.ts'
import { credentialRoutes } from '../../sync/issuer/oid4vci/routes.ts'
import { claims } from '../unit/credentials/wallet.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const clock = { now: () => Date.now() }
import { listsOf } from '../unit/credentials/wallet.ts'

let offers: Offers
const onCollected = vi.fn<(offer: Offer) => Promise<void>>(async () => undefined)
let phone: Simulator
let server: Server
let folder: string
let keys: IssuerKeys
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-issuer-'))
  keys = await loadKeys(folder)
  offers = await Offers.open(openDurableStore(join(folder, 'offers')), keys, clock)
  const app = express()
  const standingOf = async () => ({ state: 'ready', claims, statusIndex: 17 }) as const
  const statusListUrl = () => `${url}/status/1`
  app.use(credentialRoutes({ url: () => url, keys, offers, clock, statusListUrl, standingOf, onCollected }))
  const revokedLists = async () => [{ url: statusListUrl(), revoked: [] }]
  app.use(statusRoutes({ keys, clock, revokedLists }))
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  phone = await startSimulator('phone', ['--port', '0'])
})
afterAll(async () => {
  await phone.stop()
  server.close()
  await offers.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  onCollected.mockClear()
  await phone.post('/reset')
})

async function offered() {
  const offer = await offers.create('01JB0000000000000000000000')
  const at = encodeURIComponent(`${url}/oid4vci/offers/${offer.id}`)
  return { offer, uri: `openid-credential-offer://?credential_offer_uri=${at}` }
}

async function ask(format: 'dc+sd-jwt' | 'ldp_vc', revoked: number[] = []) {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const asked = createPresentationRequest({ id: 'r1', claims: ['ageOver18'], clock, random })
  const reply = await phone.post('/present', { request: asked.text, format })
  const { answer } = z.object({ answer: z.string() }).parse(reply)
  const lists = await listsOf(keys.signing, revoked, new Date(), `${url}/status/1`)
  return verifyPresentation({
    oldestStatusDays: 30,
    answer,
    asked,
    trustedIssuers: trustDids([keys.signing.did]),
    statusList: (at) => lists.get(at),
    clock,
  })
}

describe('phone and reference issuer', () => {
  it('hands both formats over to two foreign libraries, once', async () => {
    const { offer, uri } = await offered()
    expect(await phone.post('/receive', { offer: uri, txCode: offer.txCode })).toMatchObject({
      credentials: [{ format: 'dc+sd-jwt' }, { format: 'ldp_vc' }],
      refused: [],
    })
    await vi.waitFor(() => expect(onCollected).toHaveBeenCalledTimes(1))
    expect((await phone.call('/receive', { offer: uri, txCode: offer.txCode })).status).toBe(400)
  })

  it.each(['dc+sd-jwt', 'ldp_vc'] as const)(
    'what it issued as %s proves one fact offline',
    async (format) => {
      const { offer, uri } = await offered()
      await phone.post('/receive', { offer: uri, txCode: offer.txCode })
      const seen = (await ask(format))._unsafeUnwrap()
      expect(seen).toMatchObject({ claims: { ageOver18: true }, issuer: keys.signing.did, format })
      expect(Object.keys(seen.claims)).toEqual(['ageOver18'])
      expect((await ask(format, [17]))._unsafeUnwrapErr().code).toBe('presentation.revoked')
    },
  )

  it('does not hand over for a wrong transaction code', async () => {
    const { offer, uri } = await offered()
    const wrong = offer.txCode === '000000' ? '000001' : '000000'
    expect((await phone.call('/receive', { offer: uri, txCode: wrong })).status).toBe(400)
    expect(onCollected).not.toHaveBeenCalled()
  })
})
