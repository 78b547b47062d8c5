/**
 * A kiosk asks a phone that has a network, through the issuer's relay, over HTTP on loopback: the kiosk's own parts, the
 * issuer's own routes, and the phone's own program, which was written apart from both.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import { ok, type Result } from 'neverthrow'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Purpose } from '../../main/api/z-citizen.ts'
import type { Commission } from '../../main/commission/z-commission.ts'
import { issueFoundationalSdJwt } from '../../main/credentials/issue-sd-jwt.ts'
import { generateIssuerKey, type IssuerKey } from '../../main/credentials/keys.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { createOnlineQuestions } from '../../main/presentation/online-questions.ts'
import {
  createPresentationService,
  type PresentationRoom,
} from '../../main/presentation/presentation-service.ts'
import { createIssuerCalls } from '../../main/reissue/issuer-calls.ts'
import { presentFields } from '../../renderer/phone/protocol/answer-request.ts'
import { fetchRequest } from '../../renderer/phone/protocol/fetched-request.ts'
import { createHolderKeys, holderOf, type Holder } from '../../renderer/phone/protocol/holder.ts'
import type { PhoneFailure } from '../../renderer/phone/protocol/phone-failure.ts'
import { postAnswer } from '../../renderer/phone/protocol/post-answer.ts'
import type { ReachIssuer } from '../../renderer/phone/protocol/reach-issuer.ts'
import { checkRegistration } from '../../renderer/phone/protocol/registration.ts'
import type { AskedRequest } from '../../renderer/phone/protocol/request-code.ts'
import { checkVerifier } from '../../renderer/phone/protocol/verifier.ts'
import { loadKeys, type IssuerKeys } from '../../sync/issuer/keys.ts'
import { askRoutes } from '../../sync/issuer/oid4vp/routes.ts'
import { openRegistry, type Registry } from '../../sync/issuer/registry.ts'
import { listsOf, claims } from '../unit/credentials/wallet.ts'
import { freshFolder } from './host-world.ts'

const session = { id: 'window', staff: undefined }
const clock = { at: Date.now(), now: () => clock.at }
const recorded: string[] = []
let folder: { path: string; done: () => Promise<void> }
let keys: IssuerKeys
let registry: Registry
let server: Server
let url: string
let kioskKey: IssuerKey
let commission: Commission
let holder: Holder
let sdJwt: string
let service: PresentationRoom
/** what the relay gets to see of answers */
let posted: string[]

beforeAll(async () => {
  folder = await freshFolder()
  keys = await loadKeys(folder.path)
  registry = openRegistry(join(folder.path, 'registry'))
  const app = express()
  app.use((request, _response, next) => {
    if (request.path.startsWith('/oid4vp/answers')) request.on('data', (chunk) => posted.push(String(chunk)))
    next()
  })
  app.use(askRoutes({ url: () => url, keys, registry, clock }))
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  kioskKey = await generateIssuerKey()
  const entry = await registry.addKiosk('Gasa', kioskKey.publicJwk, 'secret')
  commission = {
    ...{ kiosk: entry.id, office: 'Gasa', user: entry.user, password: 'secret', issuerUrl: url },
    signingKey: kioskKey.privateJwk,
    trust: {
      ...{ issuer: keys.signing.did, signing: keys.signing.publicJwk, sealing: keys.sealing.publicJwk },
    },
  }
  holder = await holderOf(await createHolderKeys())
  sdJwt = await issueFoundationalSdJwt({
    ...{ claims, holderJwk: holder.jwk, issuerKey: keys.signing },
    status: { listUrl: `${url}/status/1`, index: 5 },
    ...{ validFrom: new Date(clock.at - 86_400_000), validUntil: new Date(clock.at + 86_400_000) },
  })
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await registry.close()
  await folder.done()
})
beforeEach(async () => {
  clock.at = Date.now()
  posted = []
  recorded.length = 0
  service = roomOf(commission)
})

function roomOf(of: Commission): PresentationRoom {
  const calls = createIssuerCalls({ commission: () => of, fetch, timeoutMs: 2_000 })
  return createPresentationService({
    trustedIssuers: async () => trustDids([keys.signing.did]),
    statusLists: () => listsOf(keys.signing, [], new Date(), `${url}/status/1`),
    ...{ clock, oldestStatusDays: 30, office: () => 'Gasa' },
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    online: createOnlineQuestions({
      ...{ commission: () => of, issuer: calls, clock },
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    }),
    audit: {
      record: async (event: string, facts?: object) =>
        void recorded.push(`${event} ${JSON.stringify(facts ?? {})}`),
      verify: async () => ({ whole: true, lines: 0 }),
      close: async () => undefined,
    },
  })
}

const reach: ReachIssuer = async (at, init) => {
  const response = await fetch(at, init)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return ok({ status: response.status, body: isJson ? JSON.parse(text) : text })
}
const asked = async (purpose: Purpose) => (await service.request(session, purpose, 'network'))._unsafeUnwrap()
const fetched = (text: string) => fetchRequest(text, reach, clock.now())
const codeOf = (result: Result<unknown, { code: string }>) => (result.isErr() ? result.error.code : 'ok')
const believed = () => ({ issuers: [keys.signing.did], now: clock.now() })

async function judged(request: AskedRequest, options = believed()) {
  const registration = await checkRegistration(request, options)
  return registration.andThen((known) => checkVerifier(request, known))
}
const answer = async (request: AskedRequest, as = holder) => {
  if (request.answer.by !== 'post') throw new Error('not over the network')
  return postAnswer(request.answer, await presentFields(sdJwt, request, as, clock.now()), reach)
}

describe('a phone that has a network', () => {
  it.each([
    ['prove-adult', ['ageOver18']],
    ['prove-residence', ['dzongkhag', 'gewog']],
    ['identify', ['cid', 'fullName']],
  ] as const)('knows who asks and why, and reveals for %s only that', async (purpose, names) => {
    const { id, qr } = await asked(purpose)
    expect(qr.length).toBeLessThan(400)
    const request = (await fetched(qr))._unsafeUnwrap()
    expect((await judged(request))._unsafeUnwrap()).toEqual({ office: 'Gasa', purpose, isProven: true })
    expect(request.fields.toSorted()).toEqual([...names])
    expect((await service.collect(session, id))._unsafeUnwrap()).toBeNull()
    expect(codeOf(await answer(request))).toBe('ok')
    const seen = (await service.collect(session, id))._unsafeUnwrap()
    expect(seen?.claims.map(({ name }) => name).toSorted()).toEqual([...names])
    // The relay saw a sealed answer, the audit log a purpose.
    expect(posted.join('')).toMatch(/^response=ey[\w-]+\.\.[\w.-]+$/)
    expect(recorded.join()).not.toMatch(/Karma|11503001234|Chang|Thimphu/)
    expect(codeOf(await service.collect(session, id))).toBe('presentation.wrong-nonce')
  })

  it('answers once; what comes after, comes to nobody', async () => {
    const { id, qr } = await asked('prove-adult')
    const request = (await fetched(qr))._unsafeUnwrap()
    expect(codeOf(await answer(request))).toBe('ok')
    expect(codeOf(await answer(request))).toBe('request.unreachable')
    expect(codeOf(await fetched(qr))).toBe('request.not-there')
    expect(codeOf(await service.verify(session, id, 'btkiosk:present:1:x#vp_token={}'))).toBe(
      'presentation.wrong-nonce',
    )
    const other = { id: 'another window', staff: undefined }
    expect(codeOf(await service.collect(other, id))).toBe('presentation.wrong-nonce')
    expect(codeOf(await service.collect(session, id))).toBe('ok')
  })

  it('is not believed with an answer of another question, another phone, or too late', async () => {
    const [one, two] = [await asked('prove-adult'), await asked('prove-adult')]
    const [first, second] = [(await fetched(one.qr))._unsafeUnwrap(), (await fetched(two.qr))._unsafeUnwrap()]
    expect(codeOf(await answer({ ...second, nonce: first.nonce }))).toBe('ok')
    expect(codeOf(await service.collect(session, two.id))).toBe('presentation.wrong-nonce')
    expect(codeOf(await answer(first, await holderOf(await createHolderKeys())))).toBe('ok')
    expect(codeOf(await service.collect(session, one.id))).toMatch(
      /presentation\.(bad-signature|holder-mismatch)/,
    )
    const late = await asked('prove-adult')
    clock.at += 301_000
    expect(codeOf(await service.collect(session, late.id))).toBe('presentation.wrong-nonce')
  })

  it('is refused for showing more, less, or to another audience', async () => {
    for (const [change, code] of [
      [{ fields: ['ageOver18', 'dateOfBirth'] }, 'presentation.too-much'],
      [{ fields: [] }, 'presentation.claim-missing'],
      [{ clientId: 'decentralized_identifier:did:key:zAnother' }, 'presentation.wrong-nonce'],
    ] as const) {
      const { id, qr } = await asked('prove-adult')
      const request = (await fetched(qr))._unsafeUnwrap()
      expect(
        codeOf(
          await answer({
            ...request,
            ...change,
            fields: [...((change as Partial<AskedRequest>).fields ?? request.fields)],
          }),
        ),
      ).toBe('ok')
      expect(codeOf(await service.collect(session, id))).toBe(code)
    }
  })

  it('does not answer who is not registered, whose registration is over, or who asks for more', async () => {
    const { qr } = await asked('prove-adult')
    const request = (await fetched(qr))._unsafeUnwrap()
    const other = await generateIssuerKey()
    expect(codeOf(await judged(request, { ...believed(), issuers: [other.did] }))).toBe(
      'request.registration',
    )
    expect(codeOf(await judged(request, { ...believed(), now: clock.now() + 2 * 86_400_000 }))).toBe(
      'request.registration',
    )
    expect(codeOf(await judged({ ...request, signedBy: other.did }))).toBe('request.registration')
    expect(codeOf(await judged({ ...request, verifierInfo: [] }))).toBe('request.registration')
    const greedy = await judged({ ...request, fields: ['ageOver18', 'dateOfBirth'] })
    expect(greedy._unsafeUnwrapErr()).toEqual<PhoneFailure>({
      ...{ code: 'request.too-much', detail: { fields: 'dateOfBirth' } },
    })
  })

  it('does not answer a question that was changed on its way, or that another signed', async () => {
    const { qr } = await asked('prove-adult')
    const bent: ReachIssuer = async (at) =>
      (await reach(at)).map(({ status, body }) => {
        const [header, payload = '', signature] = String(body).split('.')
        const said = JSON.parse(Buffer.from(payload, 'base64url').toString())
        const more = Buffer.from(JSON.stringify({ ...said, nonce: 'another-nonce-of-22-ch' })).toString(
          'base64url',
        )
        return { status, body: [header, more, signature].join('.') }
      })
    expect(codeOf(await fetchRequest(qr, bent, clock.now()))).toBe('request.registration')
    const stranger = await generateIssuerKey()
    expect(codeOf(await fetched(qr.replace(encodeURIComponent(kioskKey.did), stranger.did)))).toBe(
      'request.registration',
    )
    expect(codeOf(await fetchRequest(qr, reach, clock.now() + 3_600_000))).toBe('request.registration')
  })
})

describe('the relay', () => {
  const basic = `Basic ${Buffer.from('kiosk-001:secret').toString('base64')}`
  const leave = (id: string, headers: Record<string, string> = { authorization: basic }) =>
    fetch(`${url}/kiosk/presentations`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      body: JSON.stringify({ id, request: 'a.b.c' }),
    })
  const idOf = (n: number) => String(n).padStart(22, 'x')

  it('is for kiosks of the issuer, keeps few questions of each, and forgets them after minutes', async () => {
    expect((await leave(idOf(0), {})).status).toBe(401)
    expect((await leave('short')).status).toBe(400)
    clock.at += 3_600_000
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await leave(idOf(n))).status),
    )
    expect(statuses.filter((status) => status === 201)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
    expect((await fetch(`${url}/oid4vp/requests/${idOf(1)}`)).status).toBe(200)
    clock.at += 6 * 60_000
    expect((await fetch(`${url}/oid4vp/requests/${idOf(1)}`)).status).toBe(404)
    expect((await leave(idOf(20))).status).toBe(201)
  })

  it('takes only what looks like a sealed answer, and gives it to the kiosk that asked', async () => {
    clock.at += 7_200_000
    await leave(idOf(30))
    const post = (response: string) =>
      fetch(`${url}/oid4vp/answers/${idOf(30)}`, {
        ...{ method: 'POST', body: new URLSearchParams({ response }) },
      })
    expect((await post('{"vp_token":{}}')).status).toBe(400)
    expect((await post('a'.repeat(33_000))).status).toBe(400)
    const other = await registry.addKiosk('Haa', (await generateIssuerKey()).publicJwk, 'other')
    const mine = (authorization: string) =>
      fetch(`${url}/kiosk/presentations/${idOf(30)}`, { headers: { authorization } })
    expect((await post('a..b.c.d')).status).toBe(200)
    expect((await mine(`Basic ${Buffer.from(`${other.user}:other`).toString('base64')}`)).status).toBe(404)
    expect(await (await mine(basic)).json()).toEqual({ state: 'answered', response: 'a..b.c.d' })
    expect((await mine(basic)).status).toBe(404)
  })
})

it('without the issuer the kiosk says so, and asks by code', async () => {
  const gone = roomOf({ ...commission, issuerUrl: 'http://127.0.0.1:9' })
  expect(codeOf(await gone.request(session, 'prove-adult', 'network'))).toBe('link.down')
  expect(codeOf(await gone.request(session, 'prove-adult', 'code'))).toBe('ok')
})
