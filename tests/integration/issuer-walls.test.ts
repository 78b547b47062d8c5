/** Who may do what at the issuer: kiosks between each other, facts once written, and commissioning with a lost answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ulid } from 'ulid'
import { zCommissionAnswer } from '../../main/commission/z-commission.ts'
import { newKey, syncWorld, type TestKiosk } from './sync-world.ts'

const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
let world: Awaited<ReturnType<typeof syncWorld>>
let a: TestKiosk
let b: TestKiosk
beforeAll(async () => {
  world = await syncWorld(clock)
  a = await world.kiosk()
  b = await world.kiosk()
})
afterAll(() => world.close())

const ask = (method: string, path: string, of?: TestKiosk, body?: unknown) =>
  fetch(`${world.url()}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(of && { authorization: of.authorization }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

describe('a kiosk', () => {
  test.each<[string, string]>([
    ['GET', 'outbox'],
    ['GET', 'outbox/_all_docs'],
    ['GET', 'outbox/_changes'],
    ['GET', 'inbox/_all_docs?include_docs=true'],
    ['GET', 'inbox/_local/intake'],
    ['PUT', 'outbox'],
    ['PUT', 'outbox/_local/x'],
    ['DELETE', 'outbox'],
    ['POST', 'outbox/_bulk_docs'],
    ['POST', 'inbox/_bulk_docs'],
    ['POST', 'outbox/_bulk_get'],
    ['POST', 'outbox/_revs_diff'],
  ])('may not %s %s of another', async (method, path) => {
    const body = method === 'GET' ? undefined : { docs: [{ _id: 'x' }] }
    for (const name of [
      `kiosk-${b.kiosk}-${path}`,
      `kiosk-${b.kiosk}%2d${path}`,
      `kiosk-${a.kiosk}-outbox%2f..%2fkiosk-${b.kiosk}-${path}`,
    ]) {
      const status = (await ask(method, `/store/${name}`, a, body)).status
      expect([403, 404, 400], name).toContain(status)
    }
    expect((await ask(method, `/store/kiosk-${b.kiosk}-${path}`, undefined, body)).status).toBe(401)
  })

  test.each(['/store/_all_dbs', '/store/', '/store/_users', '/store/registry', '/store/..%2fregistry'])(
    'may not look at %s',
    async (path) => expect((await ask('GET', path, a)).status).toBe(403),
  )

  test('may not write into its inbox, nor change or delete there', async () => {
    for (const [method, path] of [
      ['POST', '_bulk_docs'],
      ['PUT', 'master:staff'],
      ['DELETE', 'master:staff?rev=1-a'],
      ['POST', '_compact'],
      ['POST', '_purge'],
    ] as const) {
      const answer = await ask(
        method,
        `/store/kiosk-${a.kiosk}-inbox/${path}`,
        a,
        method === 'DELETE' ? undefined : {},
      )
      expect(answer.status, path).toBe(403)
    }
  })

  test('cannot change or delete a fact, nor hide one among others; the others are written', async () => {
    const { document } = await world.make(a)
    await world.write(a, [document])
    const good = { _id: `request:${ulid()}`, kiosk: a.kiosk }
    const answer = await world.write(a, [
      { ...document, office: 'Elsewhere', _rev: '2-b' },
      { _id: document._id, _rev: '2-c', _deleted: true },
      { _id: 'new', _attachments: {} },
      { _id: '_design/x' },
      { _id: 'other', kiosk: a.kiosk },
      good,
    ])
    expect(answer).toMatchObject({
      status: 201,
      body: [
        { id: document._id, error: 'forbidden', reason: 'facts are written once' },
        { id: document._id, error: 'forbidden', reason: 'no deletes' },
        { id: 'new', error: 'forbidden', reason: 'no attachments' },
        { id: '_design/x', error: 'forbidden', reason: 'no design documents' },
        { id: 'other', error: 'forbidden', reason: 'not a fact' },
      ],
    })
    const kept = await ask('GET', `/store/kiosk-${a.kiosk}-outbox/${document._id}`, a)
    expect(await kept.json()).toMatchObject({ office: document.office, _rev: '1-a' })
    expect((await ask('GET', `/store/kiosk-${a.kiosk}-outbox/${good._id}`, a)).status).toBe(200)
    for (const method of ['PUT', 'DELETE']) {
      const path = `/store/kiosk-${a.kiosk}-outbox/${document._id}?rev=1-a`
      expect((await ask(method, path, a, method === 'PUT' ? document : undefined)).status).toBe(403)
    }
  })

  test('cannot move the place up to which the issuer has read', async () => {
    const path = `/store/kiosk-${a.kiosk}-outbox/_local/intake`
    expect((await ask('PUT', path, a, { seq: 99_999 })).status).toBe(403)
  })

  test.each(['{"docs":', '[]', '{"docs":"x"}', '{"docs":[{}]}'])('gets 400 for %s', async (body) => {
    const path = `/store/kiosk-${a.kiosk}-outbox/_bulk_docs`
    expect((await world.post(path, body, a.authorization)).status).toBe(400)
  })

  test.each(['/kiosk/lookup', '/kiosk/offers', '/commission'])(
    'gets 400 from %s for no JSON',
    async (path) => {
      expect((await world.post(path, '{', a.authorization)).status).toBe(400)
      expect((await world.post(path, {}, a.authorization)).status).toBe(400)
    },
  )

  test('with a wrong password is nobody, also right after the right one', async () => {
    expect((await world.post('/kiosk/lookup', { request: ulid() }, a.authorization)).status).toBe(200)
    const wrong = `Basic ${Buffer.from(`${a.user}:${b.password}`).toString('base64')}`
    expect((await world.post('/kiosk/lookup', { request: ulid() }, wrong)).status).toBe(401)
  })
})

describe('commissioning', () => {
  test('whose answer was lost gives the same answer again to the same key, until the kiosk has signed in', async () => {
    const key = await newKey()
    const code = world.state.issuer.commissioningCode('Haa')
    const first = zCommissionAnswer.parse(await (await world.commission(code, key)).json())
    await world.restart()
    const again = zCommissionAnswer.parse(await (await world.commission(code, key)).json())
    // Signed anew, and ECDSA draws a number each time.
    expect({ ...again, certificate: '' }).toEqual({ ...first, certificate: '' })
    expect((await world.commission(code, await newKey())).status).toBe(403)
    const basic = `Basic ${Buffer.from(`${first.user}:${first.password}`).toString('base64')}`
    expect((await world.post('/kiosk/lookup', { request: ulid() }, basic)).status).toBe(200)
    expect((await world.commission(code, key)).status).toBe(403)
  })

  test('twice at once makes one kiosk; two kiosks at once get two numbers', async () => {
    const key = await newKey()
    const code = world.state.issuer.commissioningCode('Haa')
    const ids = async (answers: Response[]) =>
      Promise.all(answers.map(async (one) => zCommissionAnswer.parse(await one.json()).kiosk))
    const same = await ids(await Promise.all([world.commission(code, key), world.commission(code, key)]))
    expect(new Set(same).size).toBe(1)
    const codes = [1, 2, 3].map(() => world.state.issuer.commissioningCode('Haa'))
    const keys = await Promise.all(codes.map(newKey))
    const three = await ids(await Promise.all(codes.map((one, n) => world.commission(one, keys[n] ?? key))))
    expect(new Set([...same, ...three]).size).toBe(4)
  })

  test('with a code survives a restart of the issuer, but not two weeks', async () => {
    const codes = [1, 2].map(() => world.state.issuer.commissioningCode('Haa'))
    await world.restart()
    expect((await world.commission(codes[0] ?? '', await newKey())).status).toBe(200)
    clock.ahead = 15 * 86_400_000
    expect((await world.commission(codes[1] ?? '', await newKey())).status).toBe(403)
    expect((await world.commission('nobody', await newKey())).status).toBe(403)
  })
})
