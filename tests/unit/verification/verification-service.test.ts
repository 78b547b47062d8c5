import { err, ok, type Result } from 'neverthrow'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FingerQuality, FingerVerifierPort } from '../../../hardware/ports.ts'
import type { DeviceFault } from '../../../hardware/z-device.ts'
import { serialWork } from '../../../main/serial-work.ts'
import type { TemplateStore } from '../../../main/verification/template-store.ts'
import {
  createVerificationService,
  keepExpiringTemplates,
} from '../../../main/verification/verification-service.ts'
import { zRequestId } from '../../../sync/z-facts.ts'

const request = zRequestId.parse('01JD8Z7Q4M5N6P7R8S9T0V1W2X')
const other = zRequestId.parse('01JD8Z7Q4M5N6P7R8S9T0V1W2Y')
const finger = 'Right IndexFinger'
const rules = { tries: 3, pauseMs: 600_000, verifyTimeoutMs: 20_000, enrolTimeoutMs: 60_000 }

/** The scanner's answers are scripted here; the real one is in tests/integration/fingers.test.ts. */
let answer: Result<{ match: boolean; quality?: FingerQuality }, DeviceFault>
let asked: { timeoutMs: number; template: string }[]
let events: { event: string; facts?: object }[]
let now = 0
const kept = new Map<string, Uint8Array>()

const scanner: FingerVerifierPort = {
  device: () => ({ kind: 'finger-verifier', state: 'ready', name: 'scripted' }),
  onChange: () => () => undefined,
  captureImage: async () => err('finger.busy'),
  enrol: async () => ok(Buffer.from('FP3 fresh')),
  verify: async ({ timeoutMs, template }) => {
    asked.push({ timeoutMs, template: Buffer.from(template).toString() })
    return answer
  },
  close: async () => undefined,
}
const store: TemplateStore = {
  save: async (id, name, template) => {
    kept.set(`${id}/${name}`, Uint8Array.from(template))
    return ok(null)
  },
  of: async (id) => {
    const template = kept.get(`${id}/${finger}`)
    return template ? [{ finger, template: Uint8Array.from(template) }] : []
  },
  remove: async (id) => void kept.delete(`${id}/${finger}`),
  expire: async () => 2,
}
const create = () =>
  createVerificationService({
    ...{ scanner, store, rules, serial: serialWork(), clock: { now: () => now } },
    audit: {
      record: async (event: string, facts?: object) => void events.push({ event, ...(facts && { facts }) }),
      verify: () => Promise.reject(new Error('not asked for here')),
      close: async () => undefined,
    },
  })
let service: ReturnType<typeof create>
const template = Buffer.from('FP3 fresh')
const verify = (subject: string = request) => service.verify({ subject, template, request })

beforeEach(async () => {
  answer = ok({ match: true })
  asked = []
  events = []
  now = 1_000_000
  kept.clear()
  service = create()
  const made = (await service.make({}))._unsafeUnwrap()
  await service.keep(request, { finger, template: made })
})

describe('a check of one finger', () => {
  it('compares with the template that was kept, and says so in the log without saying whose', async () => {
    expect((await service.of(request)).map((one) => one.finger)).toEqual([finger])
    expect((await verify())._unsafeUnwrap()).toEqual({ match: true })
    expect(asked).toEqual([{ timeoutMs: 20_000, template: 'FP3 fresh' }])
    expect(events.map(({ event }) => event)).toEqual(['finger.template-saved', 'finger.verified'])
    expect(JSON.stringify(events)).not.toMatch(/FP3|IndexFinger/)
  })

  it('knows nothing of another request, and nothing after it was forgotten', async () => {
    expect(await service.of(other)).toEqual([])
    await service.forget(request)
    expect(await service.of(request)).toEqual([])
  })

  it('counts each person for themselves', async () => {
    answer = ok({ match: false })
    for (let time = 0; time < 3; time += 1) await verify('somebody')
    expect(service.triesLeft('somebody')).toBe(0)
    expect(service.triesLeft(request)).toBe(3)
    expect((await verify('somebody'))._unsafeUnwrapErr().code).toBe('verification.tries-used')
    expect((await verify()).isOk()).toBe(true)
  })

  it('says how many tries are left and what to do better', async () => {
    answer = ok({ match: false, quality: { score: 30, hints: ['finger.too-wet', 'finger.unclear'] } })
    expect((await verify())._unsafeUnwrap()).toEqual({ match: false, triesLeft: 2, hint: 'finger.too-wet' })
  })

  it('rests after three presses that did not match, also when they come at once', async () => {
    answer = ok({ match: false })
    const results = await Promise.all([verify(), verify(), verify(), verify(), verify()])
    expect(results.map((one) => one.isOk())).toEqual([true, true, true, false, false])
    expect(results[4]?._unsafeUnwrapErr()).toEqual({ code: 'verification.tries-used', detail: { tries: 3 } })
    answer = ok({ match: true })
    expect((await verify()).isErr()).toBe(true)
    now += rules.pauseMs
    expect((await verify())._unsafeUnwrap()).toEqual({ match: true })
  })

  it('counts anew after a match, and not what the scanner could not do', async () => {
    answer = ok({ match: false })
    await verify()
    await verify()
    answer = ok({ match: true })
    await verify()
    answer = err('finger.timeout')
    for (let time = 0; time < 5; time += 1) {
      expect((await verify())._unsafeUnwrapErr()).toEqual({ code: 'finger.timeout' })
    }
    answer = ok({ match: true })
    expect((await verify()).isOk()).toBe(true)
  })

  it('looks for what has expired at once and every hour, until the kiosk closes', async () => {
    vi.useFakeTimers()
    try {
      const closing = new AbortController()
      let looks = 0
      keepExpiringTemplates({ expire: async () => void (looks += 1) }, closing.signal)
      expect(looks).toBe(1)
      await vi.advanceTimersByTimeAsync(2 * 3_600_000)
      expect(looks).toBe(3)
      closing.abort()
      await vi.advanceTimersByTimeAsync(2 * 3_600_000)
      expect(looks).toBe(3)
    } finally {
      vi.useRealTimers()
    }
  })

  it('tells the log how many were deleted', async () => {
    await service.expire()
    expect(events.at(-1)).toEqual({ event: 'finger.template-expired', facts: { count: 2 } })
  })
})
