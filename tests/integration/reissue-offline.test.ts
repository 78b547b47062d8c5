/**
 * A citizen has lost the phone and no kiosk has a link: the new phone is paired, the request waits, the issuer seals the
 * credential to that phone, and any kiosk of the office hands it over without being able to read it.
 */
import { join } from 'node:path'
import { URDecoder } from '@ngraveio/bc-ur'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { decode } from 'cborg'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCaller } from '../../main/api/router.ts'
import { sha256Hasher, signEs256 } from '../../main/credentials/es256.ts'
import { fromBase45 } from '../../main/credentials/handover/base45.ts'
import { unpackCredential } from '../../main/credentials/handover/pack-credential.ts'
import { transferOf } from '../../main/credentials/handover/seal.ts'
import type { Host } from '../../main/host.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import { findInTheClear } from '../journey/find-in-the-clear.ts'
import { testPhone, type TestPhone } from '../unit/handover/test-phone.ts'
import { collectByOffer } from './collect-by-offer.ts'
import { freshFolder, kioskDevices, signedCard, startKiosk, until, type CardOnReader } from './host-world.ts'

const reader: CardOnReader = { now: { fault: 'card.absent' } }
let folder: Awaited<ReturnType<typeof freshFolder>>
let issuer: RunningIssuer
const problems: string[] = []
const names = ['here', 'beside', 'elsewhere'] as const
type Name = (typeof names)[number]
const offices: Record<Name, string> = { here: 'Gasa', beside: 'Gasa', elsewhere: 'Paro' }
const hosts = new Map<Name, Host>()
const cut = new Set<Name>()
/** everything that went over the kiosks' links, either way */
const carried: Buffer[] = []

const start = async (name: Name) => {
  const over: typeof fetch = async (input, init) => {
    if (cut.has(name)) throw new TypeError('the link is cut')
    if (typeof init?.body === 'string') carried.push(Buffer.from(init.body))
    const answer = await fetch(input, init)
    carried.push(Buffer.from(await answer.clone().arrayBuffer()))
    return answer
  }
  const code = issuer.commissioningCode(offices[name])
  const config = { dataDir: join(folder.path, name), commission: { issuerUrl: issuer.url, code } }
  hosts.set(name, await startKiosk(config, { devices: kioskDevices(reader), fetch: over }))
}
let window = 0
/** A visit to a kiosk, in a window of its own. */
const at = (name: Name) => {
  const host = hosts.get(name)
  if (!host) throw new Error(`${name} is not running`)
  return createCaller({
    session: { id: `window-${(window += 1)}`, staff: undefined },
    services: host.services,
  })
}
type Visit = ReturnType<typeof at>

function valueOf<T>(answer: { ok: true; value: T } | { ok: false; code: string; detail?: unknown }): T {
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.detail ?? {})}`)
  return answer.value
}
const linkOf = async (name: Name) => (await hosts.get(name)?.services.status.now())?.link

async function pair(
  { citizen: visit }: Visit,
  handle: string,
  phone: TestPhone,
  purpose: 'reissue' | 'collect',
) {
  const { pairing, qr } = valueOf(await visit.pair({ handle, purpose }))
  return { pairing, ...valueOf(await visit.paired({ handle, pairing, answer: await phone.answer(qr) })) }
}

/** What a camera catches of the codes: one, or as many frames as it takes. */
function sealedIn(frames: readonly string[]): Uint8Array {
  const [, , coded] = /^BTKIOSK:H1:([A-Z2-7]{12}):(.+)$/.exec(frames[0] ?? '') ?? []
  if (coded !== undefined) return fromBase45(coded) ?? new Uint8Array()
  const decoder = new URDecoder(undefined, 'btkiosk-h1')
  // Every third is missed.
  for (const frame of frames.filter((_, n) => n % 3 > 0)) decoder.receivePart(frame.toLowerCase())
  const [, bytes]: unknown[] = decode(decoder.resultUR().cbor)
  return z.instanceof(Uint8Array).parse(bytes)
}

/** What the phone makes of a code. */
async function caught(frames: readonly string[], phone: TestPhone) {
  const sealed = sealedIn(frames)
  const transfer = transferOf(sealed)
  const credential = await unpackCredential(await phone.open(sealed))
  return { sealed, credential: String(credential), receipt: await phone.receipt(transfer, sealed) }
}

async function queueAt(name: Name, phone: TestPhone, visit = at(name)) {
  const { handle, phone: way } = valueOf(await visit.citizen.identifyByCard())
  const { pairing } = await pair(visit, handle, phone, 'reissue')
  const order = { handle, pairing, reason: 'lost', language: 'dz' } as const
  // Two that are under way at once are one; an impatient tap later gives the same.
  const [ticket, other] = (
    await Promise.all([visit.citizen.queueReissue(order), visit.citizen.queueReissue(order)])
  ).map(valueOf)
  if (!ticket) throw new Error('no ticket')
  expect(other).toEqual(ticket)
  expect(valueOf(await visit.citizen.queueReissue(order))).toEqual(ticket)
  return { ...ticket, way, handle, pairing }
}

/** Proves one fact with it at that kiosk. @returns what the kiosk made of it */
async function proves(name: Name, phone: TestPhone, sdJwt: string) {
  const visit = at(name)
  const { id, qr } = valueOf(await visit.citizen.requestPresentation({ purpose: 'prove-adult' }))
  const query = new URLSearchParams(qr.slice(qr.indexOf('?')))
  const clientId = query.get('client_id') ?? ''
  const instance = new SDJwtVcInstance({
    ...{
      hasher: sha256Hasher,
      kbSigner: (data) => signEs256(data, phone.key.privateJwk),
      kbSignAlg: 'ES256',
    },
  })
  const payload = { iat: Math.floor(Date.now() / 1000), aud: clientId, nonce: query.get('nonce') ?? '' }
  const shown = await instance.present(sdJwt, { ageOver18: true }, { kb: { payload } })
  const token = encodeURIComponent(JSON.stringify({ sd: [shown] }))
  const answer = `${clientId.replace('redirect_uri:', '')}#vp_token=${token}`
  return visit.citizen.verifyPresentation({ id, answer })
}

/** What whoever saw the credential would know: its signature, and every disclosure. */
function secretsOf(credential: string): Buffer[] {
  const [jwt = '', ...disclosures] = credential.split('~')
  return [jwt.split('.')[2] ?? '', ...disclosures.slice(0, -1)].map((one) => Buffer.from(one))
}

const stateOf = async (name: Name, request: string) => {
  const rows = await hosts.get(name)?.services.requests.list()
  const row = rows?.find(({ id }) => id === request)
  return row && [row.state, row.reason].filter(Boolean).join(' ')
}
const becomes = (name: Name, request: string, state: string) =>
  until(`${request} ${state}`, async () => ((await stateOf(name, request)) === state ? true : undefined))
const arrives = (name: Name, phone: TestPhone) =>
  until('The delivery', async () => {
    const visit = at(name)
    const { handle } = valueOf(await visit.citizen.identifyByCard())
    return (await pair(visit, handle, phone, 'collect')).waiting ? { visit, handle } : undefined
  })

beforeAll(async () => {
  folder = await freshFolder()
  issuer = await startIssuer({
    dataDir: join(folder.path, 'issuer'),
    port: 0,
    demo: true,
    onProblem: (event) => problems.push(event),
  })
  reader.now = await signedCard(join(folder.path, 'issuer', 'keys', 'signing.jwk.json'))
  for (const name of names) await start(name)
  for (const name of names)
    await until(`${name} up`, async () => ((await linkOf(name)) === 'up' ? true : undefined))
})
afterAll(async () => {
  for (const host of hosts.values()) await host.close()
  await issuer?.close()
  await folder.done()
})

describe('a lost phone', async () => {
  const phone = await testPhone()
  let request = ''
  let provisional = ''
  let real = ''

  test('with the cable out, the new phone is paired and the request is safe', async () => {
    cut.add('here')
    await until('The cut', async () => ((await linkOf('here')) === 'up' ? undefined : true))
    const visit = at('here')
    const ticket = await queueAt('here', phone, visit)
    expect(ticket.way).toBe('queue')
    expect(ticket.slip).toContain(ticket.request)
    request = ticket.request
    expect(await stateOf('here', request)).toBe('queued')

    const { handle, pairing } = ticket
    expect(Date.parse(ticket.provisional?.validUntil ?? '')).toBeGreaterThan(Date.now())
    const over = valueOf(await visit.citizen.handOver({ handle, pairing, what: 'provisional' }))
    const bytes = sealedIn(over.frames)
    provisional = String(await unpackCredential(await phone.open(bytes)))
    // Asked for twice more in the same visit it is the same one, and no further number is gone.
    const again = await Promise.all(
      [1, 2].map(async () => valueOf(await visit.citizen.handOver({ handle, pairing, what: 'provisional' }))),
    )
    for (const { frames } of again) expect(sealedIn(frames)).toEqual(bytes)
    const receipt = await phone.receipt(over.transfer, bytes)
    valueOf(await visit.citizen.received({ handle, transfer: over.transfer, answer: receipt }))
  })

  test('what the citizen has meanwhile proves one fact, also at another office, and says that it is provisional', async () => {
    for (const name of ['here', 'elsewhere'] as const) {
      expect(await proves(name, phone, provisional)).toMatchObject({
        ok: true,
        value: { claims: [{ name: 'ageOver18', value: 'true' }], provisional: { office: 'Gasa' } },
      })
    }
  })

  test('somebody else’s phone finds nothing; what was queued survives a stop', async () => {
    const visit = at('here')
    const { handle } = valueOf(await visit.citizen.identifyByCard())
    const { pairing, waiting } = await pair(visit, handle, await testPhone(), 'collect')
    expect(waiting).toBe(false)
    expect(await visit.citizen.handOver({ handle, pairing, what: 'credential' })).toMatchObject({
      code: 'handover.not-ready',
    })
    await hosts.get('here')?.close()
    await start('here')
    expect(await stateOf('here', request)).toBe('queued')
  })

  test('the same loss queued at another kiosk is one', async () => {
    cut.delete('here')
    await becomes('here', request, 'ready')
    const again = valueOf(await at('here').citizen.identifyByCard())
    expect([again.request?.id, again.phone]).toEqual([request, 'collect'])
    const twin = await queueAt('beside', phone)
    await becomes('beside', twin.request, 'rejected duplicate-request')
  })

  test('any kiosk of the office hands it over, to that phone only, and cannot read it', async () => {
    const { visit, handle } = await arrives('beside', phone)
    cut.add('beside')
    const { pairing } = await pair(visit, handle, phone, 'collect')
    const over = valueOf(await visit.citizen.handOver({ handle, pairing, what: 'credential' }))
    expect([over.frames.length, over.needed]).toEqual([1, 1])
    const { sealed, credential, receipt } = await caught(over.frames, phone)
    expect(decodeJwt(credential.split('~')[0] ?? '')['cnf']).toEqual({ jwk: phone.key.publicJwk })
    await expect((await testPhone()).open(sealed)).rejects.toThrow()

    // Nothing that the kiosks keep, said or heard holds what only the phone has now.
    const secrets = secretsOf(credential)
    for (const name of names) expect(await findInTheClear(join(folder.path, name), secrets)).toEqual([])
    const all = Buffer.concat(carried)
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([])

    const bad = await (await testPhone()).receipt(over.transfer, sealed)
    expect(await visit.citizen.received({ handle, transfer: over.transfer, answer: bad })).toMatchObject({
      code: 'handover.receipt-wrong',
    })
    for (const _ of [1, 2])
      valueOf(await visit.citizen.received({ handle, transfer: over.transfer, answer: receipt }))
    cut.delete('beside')
    await becomes('here', request, 'collected')
    real = credential
  })

  test('the real one proves the same, and what stood in for it is over', async () => {
    const value = { claims: [{ name: 'ageOver18', value: 'true' }] }
    await until('The list', async () => {
      const answer = await proves('elsewhere', phone, provisional)
      return !answer.ok && answer.code === 'presentation.revoked' ? true : undefined
    })
    const answer = await proves('elsewhere', phone, real)
    expect(answer).toMatchObject({ ok: true, value })
    expect(answer).not.toHaveProperty('value.provisional')
    // Who asked keeps the result and nothing else.
    const shown = [...secretsOf(real), ...secretsOf(provisional)]
    expect(await findInTheClear(join(folder.path, 'elsewhere'), shown)).toEqual([])
  })

  test('another office has nothing of it', async () => {
    const visit = at('elsewhere')
    const { handle } = valueOf(await visit.citizen.identifyByCard())
    expect((await pair(visit, handle, phone, 'collect')).waiting).toBe(false)
  })

  test('who comes with another phone than the one that was paired gets it there, and nothing is left for the first', async () => {
    const [early, first, last] = [await testPhone(), await testPhone(), await testPhone()]
    cut.add('elsewhere')
    await until('The cut', async () => ((await linkOf('elsewhere')) === 'up' ? undefined : true))
    const older = await queueAt('elsewhere', early)
    const before = await queueAt('here', first)
    await becomes('here', before.request, 'ready')
    const after = await queueAt('beside', last)
    await becomes('beside', after.request, 'ready')
    await becomes('here', before.request, 'rejected replaced-by-another')

    const { visit, handle } = await arrives('here', last)
    await until('The end of the first', async () =>
      (await pair(visit, handle, first, 'collect')).waiting ? undefined : true,
    )
    const { uri = '', txCode = '' } = before.later ?? {}
    expect((await collectByOffer({ uri, txCode, holder: first })).credential).toBeUndefined()
    // What was asked for earlier and heard later is not the last word.
    cut.delete('elsewhere')
    await becomes('elsewhere', older.request, 'rejected replaced-by-another')

    const { pairing } = await pair(visit, handle, last, 'collect')
    const over = valueOf(await visit.citizen.handOver({ handle, pairing, what: 'credential' }))
    const { credential, receipt } = await caught(over.frames, last)
    valueOf(await visit.citizen.received({ handle, transfer: over.transfer, answer: receipt }))
    await becomes('beside', after.request, 'collected')
    expect(await proves('here', last, credential)).toMatchObject({ ok: true })
  })

  test('a phone can be lost a second time, and one with its own network collects without coming back', async () => {
    const other = await testPhone()
    const next = await queueAt('here', other)
    await becomes('here', next.request, 'ready')
    const { uri = '', txCode = '' } = next.later ?? {}
    const collected = await collectByOffer({ uri, txCode, holder: await testPhone() })
    expect(collected).toMatchObject({ error: 'invalid_proof' })
    const mine = await collectByOffer({ uri, txCode, holder: other })
    expect(decodeJwt(String(mine.credential).split('~')[0] ?? '')['cnf']).toEqual({
      jwk: other.key.publicJwk,
    })
    expect(problems).toEqual([])
  })

  test('a kiosk that was stolen is refused by everybody who has heard of it, and by nobody before', async () => {
    const visit = at('here')
    const other = await testPhone()
    const { handle, pairing } = await queueAt('here', other, visit)
    const over = valueOf(await visit.citizen.handOver({ handle, pairing, what: 'provisional' }))
    const held = String(await unpackCredential(await other.open(sealedIn(over.frames))))
    const id = hosts.get('here')?.services.kiosk.id ?? ''
    cut.add('beside')
    expect(await issuer.orders['stolen']?.({ kiosks: [id, 'kiosk-999'] })).toEqual([
      { kiosk: id, ok: true },
      { kiosk: 'kiosk-999', ok: false },
    ])
    await until('The news', async () => {
      const answer = await proves('elsewhere', other, held)
      return !answer.ok && answer.code === 'presentation.not-delegated' ? true : undefined
    })
    expect(await proves('beside', other, held)).toMatchObject({ ok: true })
    expect((await hosts.get('here')?.services.status.now())?.link).not.toBe('up')
  })
})
