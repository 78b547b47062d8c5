/** A kiosk whose plug is pulled after every step and in the middle of saving: nothing is lost, nothing is there twice. */
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Draft } from '../../main/api/z-enrolment.ts'
import { until } from '../integration/host-world.ts'
import { findInTheClear } from '../journey/find-in-the-clear.ts'
import { valueOf } from '../journey/kiosk-client.ts'
import { auditTrouble, createChaosWorld, type ChaosWorld } from './chaos-world.ts'
import { citizen, fillDraft, picture, stepsOf } from './enrolment.ts'
import { signIn, startInVain, type KioskProcess } from './kiosk-process.ts'

let world: ChaosWorld
let data = ''
let running: KioskProcess
/** the drafts that are ready to be submitted, and what became of them */
const ready: Draft[] = []

const secrets = [
  ...['fullName', 'fullNameDzongkha', 'cid', 'village'].map((name) => Buffer.from(citizen[name] ?? '')),
  picture.subarray(400, 900),
]

async function restart(): Promise<void> {
  running = await world.start(data)
  await signIn(running)
  expect(auditTrouble(data)).toBeUndefined()
}

async function pullThePlug(): Promise<void> {
  await running.kill()
  await restart()
}

beforeAll(async () => {
  world = await createChaosWorld()
  data = join(world.folder, 'kiosk')
  // One ordinary end leaves compiled modules behind, which every later start takes up.
  await (await world.start(data)).stop()
  await restart()
})
afterAll(async () => {
  await running?.kill()
  await world?.close()
})

/** Resolves with the `nth` change that the system tells of in a folder. */
function eventBelow(folder: string, nth: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0
    const watcher = watch(folder, () => {
      seen += 1
      if (seen < nth) return
      watcher.close()
      resolve()
    })
  })
}

describe('kill -9', () => {
  test('forgives no wrong PIN: the fifth locks, however often the plug was pulled', async () => {
    const guess = () => running.kiosk.session.signIn.mutate({ name: 'Sonam Choden', pin: '000000' })
    for (const triesLeft of [4, 3, 2, 1]) {
      expect(await guess()).toMatchObject({ code: 'sign-in.wrong-pin', detail: { triesLeft } })
      if (triesLeft % 2 === 1) await pullThePlug()
    }
    expect(await guess()).toMatchObject({ code: 'sign-in.locked', detail: { seconds: 15 } })
    await pullThePlug()
    const right = { name: 'Sonam Choden', pin: '135791' }
    expect(await running.kiosk.session.signIn.mutate(right)).toMatchObject({ code: 'sign-in.locked' })
  })

  let draft: Draft | undefined

  test.each(stepsOf(() => world))('after $name costs nothing that was acknowledged', async ({ work }) => {
    draft ??= valueOf(await running.kiosk.enrolment.open.mutate())
    const { id } = draft
    draft = valueOf(await work(running.kiosk, id))
    await pullThePlug()
    expect(valueOf(await running.kiosk.enrolment.get.query({ id }))).toEqual(draft)
  })

  test('left the whole enrolment behind, at its last step, with its portrait, and once', async () => {
    if (!draft) throw new Error('There is no draft')
    const { id } = draft
    expect(draft).toMatchObject({ step: 'sign', problems: [], fields: citizen, hasPortrait: true })
    expect(draft.card).toBe(world.card ? 'verified' : 'skipped')
    expect(draft.slaps.map(({ done }) => done)).toEqual([true, true, true])
    const { jpeg } = valueOf(await running.kiosk.enrolment.portrait.query({ id }))
    expect(Buffer.from(jpeg, 'base64').equals(picture)).toBe(true)
    expect((await running.kiosk.enrolment.drafts.query()).map((one) => one.id)).toEqual([id])
    ready.push(draft)
  })

  test('leaves nothing in the clear of a draft that is open, nor of one that was stopped half way', async () => {
    const half = valueOf(await running.kiosk.enrolment.open.mutate())
    valueOf(await running.kiosk.enrolment.saveFields.mutate({ id: half.id, fields: citizen }))
    // Stopped while it writes: whether this was saved is not known.
    const jpeg = picture.toString('base64')
    const saving = running.kiosk.enrolment.savePortrait.mutate({ id: half.id, jpeg }).catch(() => undefined)
    await eventBelow(join(data, 'drafts'), 1)
    await running.kill()
    expect(await findInTheClear(data, secrets)).toEqual([])
    await restart()
    await saving
    valueOf(await running.kiosk.enrolment.discard.mutate({ id: half.id }))
  })

  test('leaves a lock that the next start takes over, while a second start beside a living kiosk is refused', async () => {
    const { code, stderr } = await startInVain(world.args(data))
    expect(code).toBe(3)
    expect(stderr).toBe(`A kiosk is already running on ${data} (process ${running.pid}). Close it first.\n`)
    expect(await running.kiosk.session.names.query()).toContain('Pema Dorji')
    const before = running.pid
    await running.kill()
    expect(JSON.parse(readFileSync(join(data, 'kiosk.lock'), 'utf8'))).toMatchObject({ pid: before })
    await restart()
    expect(JSON.parse(readFileSync(join(data, 'kiosk.lock'), 'utf8'))).toMatchObject({ pid: running.pid })
  })

  type Moment = [name: string, comes: () => Promise<unknown>]
  const blobs = () => join(data, 'sync', 'blobs')
  const moments: Moment[] = [
    ['at once', () => Promise.resolve()],
    ['with the first payload', () => eventBelow(blobs(), 1)],
    ['among the payloads', () => eventBelow(blobs(), 15)],
    ['with the document', () => eventBelow(join(data, 'sync', 'outbox'), 1)],
    ['with the audit line', () => eventBelow(data, 1)],
    ...[20, 60, 110].map((most): Moment => {
      const ms = Math.round(Math.random() * most)
      return [`${ms} ms after the order`, () => delay(ms)]
    }),
  ]

  test.each(moments)(
    'while a request is saved (%s): it is whole in the queue or still a draft',
    async (_, comes) => {
      const last = ready.at(-1)
      const draft =
        last && !(await isQueued(last.id))
          ? last
          : await fillDraft(running.kiosk, String(10_702_100_000 + ready.length))
      if (draft !== last) ready.push(draft)
      const { id } = draft
      const moment = comes()
      const submitted = running.kiosk.enrolment.submit.mutate({ id }).then(
        (answer): { slip: unknown } => ({ slip: valueOf(answer) }),
        () => undefined,
      )
      const acknowledged = await Promise.race([moment.then(() => undefined), submitted])
      await running.kill()
      await restart()
      const drafts = await running.kiosk.enrolment.drafts.query()
      const queued = await isQueued(id)
      expect([queued, drafts.some((one) => one.id === id)].filter(Boolean)).toHaveLength(1)
      if (acknowledged) expect(queued).toBe(true)
      if (queued) {
        const slip = valueOf(await running.kiosk.requests.slip.query({ id }))
        if (acknowledged) expect(slip).toEqual(acknowledged.slip)
        expect(valueOf(await running.kiosk.enrolment.submit.mutate({ id }))).toEqual(slip)
        expect((await running.kiosk.requests.find.query({ query: draft.fields['cid'] ?? '' })).length).toBe(1)
      } else expect(drafts.find((one) => one.id === id)).toEqual(draft)
    },
  )

  async function isQueued(id: string): Promise<boolean> {
    return (await running.kiosk.requests.list.query()).filter((row) => row.id === id).length === 1
  }

  test('in the end every request has reached the issuer once, and no payload lies here that belongs to none', async () => {
    for (const { id } of ready) valueOf(await running.kiosk.enrolment.submit.mutate({ id }))
    const rows = await until(
      'The issuer having all of them',
      async () => {
        const all = await running.kiosk.requests.list.query()
        return all.every(({ state }) => state === 'ready') ? all : undefined
      },
      40_000,
    )
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ready.map(({ id }) => id).toSorted())
    expect(await running.kiosk.enrolment.drafts.query()).toEqual([])
    // A portrait and ten fingers each.
    expect(readdirSync(blobs()).length).toBeLessThanOrEqual(ready.length * 11)
  })

  test('does not shorten the next wait either, which is twice as long', async () => {
    const guess = () => running.kiosk.session.signIn.mutate({ name: 'Sonam Choden', pin: '000000' })
    const seconds = await until(
      'The first wait being over',
      async () => {
        const answer = await guess()
        const left = Number((!answer.ok && answer.detail?.['seconds']) || 0)
        return left > 15 ? left : undefined
      },
      20_000,
    )
    expect(seconds).toBe(30)
    await pullThePlug()
    const answer = await running.kiosk.session.signIn.mutate({ name: 'Sonam Choden', pin: '135791' })
    expect(answer).toMatchObject({ code: 'sign-in.locked' })
    expect(!answer.ok && answer.detail?.['seconds']).toBeGreaterThan(10)
  })

  test('leaves nothing in the clear after all of it, and an ordinary end is still one', async () => {
    expect(await running.stop()).toMatchObject({ code: 0 })
    expect(auditTrouble(data)).toBeUndefined()
    expect(await findInTheClear(data, secrets)).toEqual([])
  })
})
