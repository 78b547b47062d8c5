/** A phone is lost and another one collects: the first credential is revoked, at the issuer and in the inbox of every kiosk. */
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { checkStatus } from '../../main/credentials/status-list.ts'
import { zStatusListCredential } from '../../main/credentials/z-status.ts'
import { syncWorld, type TestKiosk } from './sync-world.ts'
import { until } from './host-world.ts'

const cid = '30000000001'
const zOffered = z.object({ offer: z.object({ uri: z.string(), txCode: z.string() }) })
const zIssued = z.object({ credentials: z.tuple([z.object({ credential: z.string() })]) })
const zHeld = z.object({
  iss: z.string(),
  status: z.object({ status_list: z.object({ idx: z.number(), uri: z.string() }) }),
})
type Held = z.infer<typeof zHeld>

let world: Awaited<ReturnType<typeof syncWorld>>
let a: TestKiosk
let b: TestKiosk
beforeAll(async () => {
  world = await syncWorld()
  ;[a, b] = [await world.kiosk(), await world.kiosk('Thimphu')]
})
afterAll(() => world.close())

const answerOf = async (answer: Response): Promise<unknown> => answer.json()
const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** A request of that citizen, decided. */
async function ready(of: TestKiosk, kind: 'enrolment' | 'reissue', reason: 'new' | 'lost'): Promise<string> {
  const made = await world.make(of, { cid, packet: { kind, reason }, document: { kind } })
  const id = await world.send(of, made)
  expect((await world.ended(of, id)).at(-1)).toBe('ready')
  return id
}

/** Takes the SD-JWT alone, with a phone of its own. @returns what of it is open */
async function collect(of: TestKiosk, request: string): Promise<Held> {
  const { offer } = zOffered.parse(
    await answerOf(await world.post('/kiosk/offers', { request }, of.authorization)),
  )
  const at = new URL(offer.uri).searchParams.get('credential_offer_uri') ?? ''
  const offered = z
    .object({ grants: z.record(z.string(), z.object({ 'pre-authorized_code': z.string() })) })
    .parse(await answerOf(await fetch(at)))
  const code = offered.grants[grantType]?.['pre-authorized_code'] ?? ''
  const form = { grant_type: grantType, 'pre-authorized_code': code, tx_code: offer.txCode }
  const token = z
    .object({ access_token: z.string() })
    .parse(
      await answerOf(
        await fetch(`${world.url()}/oid4vci/token`, { method: 'POST', body: new URLSearchParams(form) }),
      ),
    )
  const { c_nonce: nonce } = z
    .object({ c_nonce: z.string() })
    .parse(await answerOf(await fetch(`${world.url()}/oid4vci/nonce`, { method: 'POST' })))
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwt = await new SignJWT({ nonce })
    .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: await exportJWK(pair.publicKey) })
    .setAudience(world.url())
    .setIssuedAt()
    .sign(pair.privateKey)
  const body = { credential_configuration_id: 'FoundationalId_dc_sd-jwt', proofs: { jwt: [jwt] } }
  const answer = await world.post('/oid4vci/credential', body, `Bearer ${token.access_token}`)
  const [{ credential }] = zIssued.parse(await answerOf(answer)).credentials
  return zHeld.parse(decodeJwt(credential.split('~')[0] ?? ''))
}

const published = async () =>
  zStatusListCredential.parse(await answerOf(await fetch(`${world.url()}/status/1`)))

/** The list as it lies in that kiosk's inbox. */
async function inInbox(of: TestKiosk) {
  const answer = await fetch(`${world.url()}/store/kiosk-${of.kiosk}-inbox/master:status-list`, {
    headers: { authorization: of.authorization },
  })
  const { jws } = z.object({ jws: z.string() }).parse(await answerOf(answer))
  const { content } = z
    .object({ content: z.object({ lists: z.tuple([zStatusListCredential], z.unknown()) }) })
    .parse(decodeJwt(jws))
  return content.lists[0]
}

/** By the W3C's list, whose bits are those of the list that it names. */
async function isRevoked({ iss, status }: Held, list: unknown): Promise<boolean> {
  const { idx, uri } = status.status_list
  const place = { listUrl: uri.replace(/\/token$/, ''), index: idx }
  return (await checkStatus({ place, issuer: iss, list, now: new Date() }))._unsafeUnwrap().revoked
}

test('what is replaced is revoked once the new one is in hand, also when two kiosks had queued it', async () => {
  const old = await collect(a, await ready(a, 'enrolment', 'new'))
  const request = await ready(b, 'reissue', 'lost')
  // The same, queued at the first kiosk while its cable was out.
  const twin = await world.make(a, {
    cid,
    packet: { kind: 'reissue', reason: 'lost' },
    document: { kind: 'reissue' },
  })
  expect((await world.ended(a, await world.send(a, twin))).at(-1)).toBe('rejected duplicate-request')
  expect(await isRevoked(old, await published())).toBe(false)

  const next = await collect(b, request)
  expect(next.status.status_list.idx).not.toBe(old.status.status_list.idx)
  // Written once the new one has left, so a moment later.
  const list = await until('The list', async () => {
    const here = await published()
    return (await isRevoked(old, here)) ? here : undefined
  })
  expect([await isRevoked(old, list), await isRevoked(next, list)]).toEqual([true, false])
  for (const kiosk of [a, b]) {
    const sent = await until('The list in the inbox', async () => {
      const here = await inInbox(kiosk)
      return (await isRevoked(old, here)) ? here : undefined
    })
    expect(await isRevoked(next, sent)).toBe(false)
  }

  await world.restart(Number(new URL(world.url()).port))
  const after = await published()
  expect([await isRevoked(old, after), await isRevoked(next, after)]).toEqual([true, false])
  expect(world.problems).toEqual([])
})
