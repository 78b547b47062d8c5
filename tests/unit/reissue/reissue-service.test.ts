import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { ulid } from 'ulid'
import { beforeEach, describe, expect, test } from 'vitest'
import { cardFiles } from '../../../hardware/card/layout.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { personaliseCard } from '../../../hardware/simulators/card/personalise.ts'
import type { Failure } from '../../../main/api/answer.ts'
import type { ReissueService } from '../../../main/api/services.ts'
import type { AuditLog } from '../../../main/audit/audit-log.ts'
import { zConfig } from '../../../main/config.ts'
import { createFingerGate } from '../../../main/verification/finger-gate.ts'
import { slipCode } from '../../../main/enrolment/slip-code.ts'
import { createCitizenSessions } from '../../../main/reissue/citizen-sessions.ts'
import { createReissueService } from '../../../main/reissue/reissue-service.ts'
import type { SavedRequest } from '../../../main/requests/requests-service.ts'
import { zRequestDoc, zRequestId } from '../../../sync/z-facts.ts'
import { cardReader, type CardOnReader } from '../../integration/host-world.ts'

const issuerKey = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
const card = await personaliseCard({ claims: demoCitizen.claims, issuerKey })
const file = card.files.get(cardFiles.identity.id) ?? new Uint8Array()
const id = zRequestId.parse(ulid())
const created = '2026-11-24T00:00:00Z'
const session = { id: 'window', staff: undefined }
const local: SavedRequest = {
  ...{ state: 'queued', timeline: [], bytesToGo: 5 },
  doc: zRequestDoc.parse({
    ...{
      _id: `request:${id}`,
      type: 'request',
      kind: 'enrolment',
      kiosk: 'kiosk-001',
      office: 'Paro',
      created,
    },
    ...{ officer: 'officer-1', sealed: 'x', parts: [], signature: 'x' },
  }),
}

const quiet: AuditLog = {
  record: async () => undefined,
  verify: async () => ({ whole: true, lines: 0 }),
  close: async () => undefined,
}
let answer: Result<unknown, Failure>
let asked: { path: string; body: unknown }[]
let reader: CardOnReader
let ended: string[]
let service: ReissueService
beforeEach(() => {
  asked = []
  ended = []
  reader = { now: { file } }
  service = createReissueService({
    ...{ card: cardReader(reader), cardKeys: async () => [issuerKey], cardWaitMs: 0 },
    issuer: {
      call: async (path, { schema, body }) => {
        asked.push({ path, body })
        return answer.map((value) => schema.parse(value))
      },
    },
    waiting: async () => [],
    saved: { list: async () => [local], get: async (wanted) => (wanted === id ? local : undefined) },
    index: {
      add: async () => undefined,
      byCid: (cid) => (cid === demoCitizen.claims.cid ? [id] : []),
      byName: () => [],
    },
    sessions: createCitizenSessions({ now: () => 0 }, randomBytes),
    gate: createFingerGate({ rules: zConfig.parse({ dataDir: '/' }).fingerCheck, audit: quiet }),
    staff: { signIn: async () => err({ code: 'sign-in.wrong-pin' }) },
    audit: quiet,
    wayOf: () => 'offer',
    onEnd: (window) => ended.push(window),
  })
})
const codeOf = (result: Result<unknown, Failure>) => (result.isErr() ? result.error.code : 'ok')
const ready = { request: id, state: 'ready', created }
const offer = {
  ...{ id: 'offer-1', uri: 'openid-credential-offer://?x', txCode: '123456', expires: created },
}

describe('identifying by card', () => {
  test('asks the issuer with the signed file itself', async () => {
    answer = ok(ready)
    const found = (await service.identifyByCard(session, undefined))._unsafeUnwrap()
    expect(found).toMatchObject({ by: 'card', request: { id, state: 'ready' } })
    expect(asked).toEqual([
      { path: '/kiosk/lookup', body: { cardFile: Buffer.from(file).toString('base64url') } },
    ])
  })

  test.each(['link.down', 'link.slow', 'issuer.error', 'issuer.nonsense'] as const)(
    'without the issuer (%s) says what this kiosk knows',
    async (code) => {
      answer = err({ code })
      const found = (await service.identifyByCard(session, undefined))._unsafeUnwrap()
      expect(found.request).toEqual({ id, state: 'queued', created })
    },
  )

  test('a card that nobody has a request for is still somebody', async () => {
    answer = ok({})
    reader.now = {
      file:
        (
          await personaliseCard({ claims: { ...demoCitizen.claims, cid: '11111111111' }, issuerKey })
        ).files.get(cardFiles.identity.id) ?? file,
    }
    const found = (await service.identifyByCard(session, undefined))._unsafeUnwrap()
    expect(found.request).toBeUndefined()
    expect(codeOf(await service.offer(session, found.handle))).toBe('request.unknown')
  })

  test('a password that is refused is told, not covered up', async () => {
    answer = err({ code: 'issuer.unauthorised' })
    reader.now = { file }
    expect(codeOf(await service.identifyByCard(session, undefined))).toBe('ok')
    answer = err({ code: 'issuer.unauthorised' })
    expect(codeOf(await service.identifyBySlip(session, slipCode(zRequestId.parse(ulid()))))).toBe(
      'issuer.unauthorised',
    )
  })

  test.each(['card.absent', 'card.removed', 'card.mute', 'card.no-reader'] as const)(
    '%s reaches the citizen, and the issuer is not asked',
    async (fault) => {
      reader.now = { fault }
      expect(codeOf(await service.identifyByCard(session, undefined))).toBe(fault)
      expect(asked).toEqual([])
    },
  )
})

describe('identifying by slip', () => {
  test('without the issuer knows the requests of this kiosk, and says link.down for others', async () => {
    answer = err({ code: 'link.down' })
    const found = (await service.identifyBySlip(session, slipCode(id)))._unsafeUnwrap()
    expect(found).toMatchObject({ by: 'slip', request: { id, state: 'queued' } })
    const other = slipCode(zRequestId.parse(ulid()))
    expect(codeOf(await service.identifyBySlip(session, other))).toBe('link.down')
  })

  test('a request that neither knows is unknown, and a foreign code asks nobody', async () => {
    answer = ok({})
    expect(codeOf(await service.identifyBySlip(session, slipCode(zRequestId.parse(ulid()))))).toBe(
      'request.unknown',
    )
    asked = []
    expect(codeOf(await service.identifyBySlip(session, 'https://example.org'))).toBe('qr.link')
    expect(codeOf(await service.identifyBySlip(session, 'x'.repeat(3_000)))).toBe('qr.too-long')
    expect(asked).toEqual([])
  })
})

describe('the offer', () => {
  const handle = async () => {
    answer = ok(ready)
    return (await service.identifyBySlip(session, slipCode(id)))._unsafeUnwrap().handle
  }

  test('is handed on as the issuer made it, and its state is told to this window', async () => {
    const known = await handle()
    answer = ok({ ...ready, offer })
    expect((await service.offer(session, known))._unsafeUnwrap()).toEqual({
      ...{ offer: 'offer-1', uri: offer.uri, txCode: '123456', expires: created },
    })
    answer = ok({ state: 'opened' })
    expect((await service.offerState(session, 'offer-1'))._unsafeUnwrap()).toEqual({ state: 'opened' })
    expect((await service.offerState({ ...session, id: 'b' }, 'offer-1'))._unsafeUnwrap().state).toBe(
      'unknown',
    )
    await service.end(session)
    expect(ended).toEqual(['window'])
    expect(codeOf(await service.offer(session, known))).toBe('request.unknown')
    expect((await service.offerState(session, 'offer-1'))._unsafeUnwrap().state).toBe('unknown')
  })

  test.each([
    ['checking', 'request.not-ready'],
    ['needs-attention', 'request.not-ready'],
    ['rejected', 'request.rejected'],
    ['collected', 'request.collected'],
  ])('of a request that is %s is refused with %s', async (state, code) => {
    const known = await handle()
    answer = ok({ ...ready, state })
    expect(codeOf(await service.offer(session, known))).toBe(code)
  })

  test.each(['link.down', 'link.slow', 'issuer.error', 'issuer.nonsense'] as const)(
    '%s is told',
    async (code) => {
      const known = await handle()
      answer = err({ code })
      expect(codeOf(await service.offer(session, known))).toBe(code)
    },
  )
})

test('the card is shown as it was signed, and leaves no handle', async () => {
  const shown = (await service.showCard(session, undefined))._unsafeUnwrap()
  expect(shown.claims).toContainEqual({ name: 'cid', value: demoCitizen.claims.cid })
  expect(asked).toEqual([])
})
