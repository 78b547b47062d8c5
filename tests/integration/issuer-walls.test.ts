/** What the issuer answers to nonsense and to strangers, and commissioning with a lost answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ulid } from 'ulid'
import { zCommissionAnswer } from '../../main/commission/z-commission.ts'
import { newKey, syncWorld, type TestKiosk } from './sync-world.ts'

const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
let world: Awaited<ReturnType<typeof syncWorld>>
let a: TestKiosk
let b: TestKiosk
beforeAll(async () => {
  world = await syncWorld({ clock })
  a = await world.kiosk()
  b = await world.kiosk()
})
afterAll(() => world.close())

describe('a kiosk', () => {
  test.each(['{"docs":', '[]', '{"docs":"x"}', '{"docs":[{}]}'])('gets 400 for %s', async (body) => {
    const path = `/store/kiosk-${a.kiosk}-outbox/_bulk_docs`
    const answer = await world.post(path, body, a.authorization)
    // CouchDB gives what has no name one of its own, and then refuses it.
    const refused = answer.status === 400 || (await answer.text()).includes('"forbidden"')
    expect(refused).toBe(true)
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
