/** Whatever a screen calls, in whatever order: where a finger is asked for, nobody gets an offer without it or the staff. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { ulid } from 'ulid'
import { describe, expect, test } from 'vitest'
import { cardFiles } from '../../../hardware/card/layout.ts'
import type { AuthFinger, AuthScannerPort, FingerVerifierPort } from '../../../hardware/ports.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { personaliseCard } from '../../../hardware/simulators/card/personalise.ts'
import type { DeviceFault } from '../../../hardware/z-device.ts'
import type { CheckStep } from '../../../main/api/z-finger-check.ts'
import type { AuditLog } from '../../../main/audit/audit-log.ts'
import { zConfig, type Config } from '../../../main/config.ts'
import { slipCode } from '../../../main/enrolment/slip-code.ts'
import { createCitizenSessions } from '../../../main/reissue/citizen-sessions.ts'
import { createReissueService } from '../../../main/reissue/reissue-service.ts'
import { serialWork } from '../../../main/serial-work.ts'
import { createFingerGate } from '../../../main/verification/finger-gate.ts'
import type { TemplateStore } from '../../../main/verification/template-store.ts'
import { createVerificationService } from '../../../main/verification/verification-service.ts'
import { zRequestId } from '../../../sync/z-facts.ts'
import { cardReader } from '../../integration/host-world.ts'

const issuerKey = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
const finger = { name: 'Right IndexFinger', template: Buffer.from('template of the card') }
const write = async (content: object) =>
  (await personaliseCard({ claims: demoCitizen.claims, issuerKey, ...content })).files.get(
    cardFiles.identity.id,
  ) ?? new Uint8Array()
const file = await write({ finger })
const request = zRequestId.parse(ulid())
const session = { id: 'window', staff: undefined }
const created = '2026-11-24T00:00:00Z'
const offer = { id: 'offer-1', uri: 'openid-credential-offer://?x', txCode: '123456', expires: created }
const sealed: AuthFinger = {
  ...{ finger: 'UNKNOWN', record: 'jws', hash: 'A'.repeat(64), sessionKey: 'key', thumbprint: 'AB' },
}

type Rules = Partial<Config['fingerCheck']>

function kiosk(rules: Rules, keptHere = true) {
  let pressed: Result<{ match: boolean }, DeviceFault> = ok({ match: true })
  let thumbprint = 'AB'
  const bodies: unknown[] = []
  const events: string[] = []
  const audit: AuditLog = {
    record: async (event) => void events.push(event),
    verify: async () => ({ whole: true, lines: 0 }),
    close: async () => undefined,
  }
  const scanner: FingerVerifierPort = {
    device: () => ({ kind: 'finger-verifier', state: 'ready', name: 'scripted' }),
    onChange: () => () => undefined,
    captureImage: async () => err('finger.busy'),
    enrol: async () => err('finger.busy'),
    verify: async () => pressed,
    close: async () => undefined,
  }
  const authScanner: AuthScannerPort = {
    device: scanner.device,
    onChange: scanner.onChange,
    authenticate: async () => pressed.map(() => [{ ...sealed, thumbprint }]),
    close: scanner.close,
  }
  const store: TemplateStore = {
    save: async () => ok(null),
    of: async (id) =>
      keptHere && id === request ? [{ finger: 'Left Thumb', template: Buffer.from('kept here') }] : [],
    remove: async () => undefined,
    expire: async () => 0,
  }
  const config = zConfig.parse({ dataDir: '/', fingerCheck: { scanner: 'libfprint', ...rules } }).fingerCheck
  const verification = createVerificationService({
    ...{ scanner, store, audit, serial: serialWork(), clock: { now: () => 0 } },
    rules: { tries: config.tries, pauseMs: 1, verifyTimeoutMs: 1_000, enrolTimeoutMs: 1_000 },
  })
  const reader = cardReader({ now: { file } })
  const service = createReissueService({
    card: {
      ...reader,
      readIdentity: async (options) => {
        const read = await reader.readIdentity(options)
        return read.map((card) => ({ ...card, ...(options.withFinger && { finger }) }))
      },
    },
    ...{
      cardKeys: async () => [issuerKey],
      cardWaitMs: 0,
      audit,
      onEnd: () => undefined,
      wayOf: () => 'offer' as const,
    },
    issuer: {
      call: async (_path, { schema, body }) => {
        bodies.push(body)
        return ok(schema.parse({ request, state: 'ready', created, offer }))
      },
    },
    waiting: async () => [],
    saved: { list: async () => [], get: async () => undefined },
    index: { add: async () => undefined, byCid: () => [request], byName: () => [] },
    sessions: createCitizenSessions({ now: () => 0 }, randomBytes),
    gate: createFingerGate({
      ...{ rules: config, verification, audit },
      sealing: {
        scanner: authScanner,
        server: async () => ({ domainUri: 'https://issuer.example', thumbprint: 'AB' }),
        timeoutMs: 1_000,
      },
    }),
    staff: {
      signIn: async (name, pin) =>
        pin === '246810'
          ? ok({ id: name, name, role: name === 'technician' ? 'technician' : 'officer' })
          : err({ code: 'sign-in.wrong-pin' }),
    },
  })
  return {
    service,
    bodies,
    events,
    press: (next: Result<{ match: boolean }, DeviceFault>) => void (pressed = next),
    sealTo: (next: string) => void (thumbprint = next),
    byCard: async () => (await service.identifyByCard(session, undefined))._unsafeUnwrap(),
    async check(handle: string): Promise<CheckStep[]> {
      const steps: CheckStep[] = []
      for await (const step of service.checkFinger(session, handle, AbortSignal.timeout(5_000)))
        steps.push(step)
      return steps
    },
    async offered(handle: string): Promise<string> {
      const got = await service.offer(session, handle)
      return got.isOk() ? 'ok' : got.error.code
    },
  }
}

type Act =
  'match' | 'no-match' | 'fault' | 'call' | 'wrong-pin' | 'technician' | 'officer' | 'leave' | 'identify'
const acts: Act[] = [
  ...([
    'match',
    'no-match',
    'fault',
    'call',
    'wrong-pin',
    'technician',
    'officer',
    'leave',
    'identify',
  ] as const),
]

test('no order of calls leads past the check', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('where-known', 'always') as fc.Arbitrary<'where-known' | 'always'>,
      fc.boolean(),
      fc.array(fc.constantFrom(...acts), { maxLength: 14 }),
      async (reissue, keptHere, plan) => {
        const desk = kiosk({ reissue }, keptHere)
        let handle = (await desk.byCard()).handle
        // What must be true, counted without looking at the gate.
        let passed = false
        let gone = false
        let withOfficer = false
        let misses = 0
        for (const act of plan) {
          if (act === 'match' || act === 'no-match' || act === 'fault') {
            desk.press(act === 'fault' ? err('finger.timeout') : ok({ match: act === 'match' }))
            await desk.check(handle)
            if (gone || passed || withOfficer) continue
            if (act === 'match') [passed, misses] = [true, 0]
            if (act === 'no-match') [withOfficer, misses] = [true, 3]
          } else if (act === 'call') {
            await desk.service.callOfficer(session, handle)
            withOfficer ||= !gone && !passed
          } else if (act === 'leave') {
            await desk.service.end(session)
            gone = true
          } else if (act === 'identify') {
            handle = (await desk.byCard()).handle
            ;[passed, gone, withOfficer] = [false, false, misses >= 3]
          } else {
            const pin = act === 'wrong-pin' ? '000000' : '246810'
            const done = await desk.service.vouch(session, handle, { name: act, pin })
            expect(done.isOk()).toBe(act === 'officer' && !gone)
            if (act === 'officer' && !gone) passed = true
          }
          const expected = gone ? 'request.unknown' : passed ? 'ok' : 'verification.required'
          expect(await desk.offered(handle), `${act} of ${plan.join(', ')}`).toBe(expected)
        }
      },
    ),
    { numRuns: 150 },
  )
})

describe('what is asked', () => {
  test.each([
    ['never', true, undefined],
    ['where-known', true, { state: 'finger', finger: 'Left Thumb' }],
    // Nothing was kept here: the card's own.
    ['where-known', false, { state: 'finger', finger: 'Right IndexFinger' }],
  ] as const)('%s, kept here: %s', async (reissue, keptHere, check) => {
    expect((await kiosk({ reissue }, keptHere).byCard()).check).toEqual(check)
  })

  test('a slip whose finger nobody knows needs the officer where everybody is asked, and nothing otherwise', async () => {
    for (const [reissue, check] of [
      ['always', { state: 'officer', why: 'no-template' }],
      ['where-known', undefined],
    ] as const) {
      const desk = kiosk({ reissue }, false)
      const found = (await desk.service.identifyBySlip(session, slipCode(request)))._unsafeUnwrap()
      expect(found.check).toEqual(check)
      expect(await desk.offered(found.handle)).toBe(check ? 'verification.required' : 'ok')
    }
  })

  test('the tries are those of the person, not of the visit', async () => {
    const desk = kiosk({ tries: 2 })
    desk.press(ok({ match: false }))
    const steps = await desk.check((await desk.byCard()).handle)
    expect(steps).toEqual([
      { kind: 'no-match', triesLeft: 1 },
      { kind: 'officer', why: 'tries-used' },
    ])
    await desk.service.end(session)
    expect((await desk.byCard()).check).toEqual({ state: 'officer', why: 'tries-used' })
    expect(desk.events).toContain('finger.officer-called')
  })
})

describe('with an authentication scanner', () => {
  test('the sealed finger goes with the request for the offer, and the kiosk does not judge it', async () => {
    const desk = kiosk({ scanner: 'sbi' })
    const { handle, check } = await desk.byCard()
    expect(check).toEqual({ state: 'sealed' })
    expect(await desk.offered(handle)).toBe('verification.required')
    expect((await desk.check(handle)).at(-1)).toEqual({ kind: 'match' })
    expect(await desk.offered(handle)).toBe('ok')
    expect(desk.bodies.at(-1)).toMatchObject({ finger: sealed })
  })

  test.each([
    ['finger.key-missing', 'sealed to a stranger'],
    ['finger.timeout', 'no finger'],
  ])('%s: %s', async (code) => {
    const desk = kiosk({ scanner: 'sbi' })
    const { handle } = await desk.byCard()
    if (code === 'finger.timeout') desk.press(err('finger.timeout'))
    else desk.sealTo('CD')
    expect((await desk.check(handle)).at(-1)).toMatchObject({ kind: 'failed', code })
    expect(await desk.offered(handle)).toBe('verification.required')
  })
})
