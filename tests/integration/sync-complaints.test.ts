/**
 * What people complain of in other programs of this kind, on the wire to the real issuer: each test bears the complaint
 * that it answers (docs/sync.md has the whole list). What is waited for are events; nothing here wakes the loop.
 */
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import { openShapedLink, type LinkShape, type ShapedLink } from '../bench/shaped-link.ts'
import { until } from './host-world.ts'
import { syncWorld, type Changes, type TestKiosk } from './sync-world.ts'

let world: Awaited<ReturnType<typeof syncWorld>>
let of: TestKiosk
let sync: KioskSync
let link: ShapedLink | undefined
let citizens = 50_000_000_000
/** looks at each question but those of the uploads; what it gives is the answer, and the issuer never hears of it */
let between: (url: URL, options?: RequestInit) => Promise<Response> | undefined = () => undefined
const problems: string[] = []

const fetching: typeof fetch = (url, options) =>
  between(new URL(url instanceof Request ? url.url : url), options) ?? fetch(url, options)

beforeAll(async () => {
  world = await syncWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  of = await world.kiosk()
  between = () => undefined
  problems.length = 0
})
afterEach(async () => {
  await sync.close()
  await link?.close()
  link = undefined
})

async function open(more: { shape?: LinkShape; watchdogMs?: number } = {}): Promise<void> {
  link = more.shape && (await openShapedLink(world.url(), more.shape, () => 0.5))
  const url = link?.url ?? world.url()
  sync = await openSync({
    dataDir: join(world.folder, `at-${of.kiosk}`),
    issuer: () => ({ url, kiosk: of.kiosk, user: of.user, password: of.password, signing: of.trust.signing }),
    ...{ clock: { now: () => Date.now() }, fetch: fetching, random: () => 0.5 },
    ...{ probeUpMs: 100, probeDownMs: 50 },
    ...(more.watchdogMs !== undefined && { watchdogMs: more.watchdogMs }),
    onProblem: (event) => problems.push(event),
  })
}

async function save(changes: Changes = {}): Promise<string> {
  const made = await world.make(of, { cid: String((citizens += 1)), ...changes })
  expect((await sync.outbox.add(made.document, made.blobs)).isOk()).toBe(true)
  return made.document._id.slice('request:'.length)
}
const row = async (id: string) => (await sync.list()).find((one) => one.id === id)
const inState = (id: string, wanted: string) =>
  until(`${wanted} of ${id}`, async () => ((await row(id))?.state === wanted ? row(id) : undefined))
const isInbox = (url: URL) => url.pathname.includes('-inbox')

test('urgent payload overtakes a running upload: the re-issue is whole while the enrolment before it still goes', async () => {
  await open({ shape: { bitsPerSecond: 3_000_000, roundTripMs: 30 } })
  const enrolments: string[] = []
  for (let n = 0; n < 4; n += 1) enrolments.push(await save({ portraitBytes: 150_000 }))
  sync.synchroniser.start()
  await until('an upload under way', async () => {
    const { bytesToGo } = await sync.queue()
    return (bytesToGo < 580_000 && bytesToGo > 0) || undefined
  })
  const reissue = await save({
    portraitBytes: 12_000,
    ...{ packet: { kind: 'reissue', reason: 'lost' }, document: { kind: 'reissue' } },
  })
  await until('the re-issue to be whole', async () => (await row(reissue))?.bytesToGo === 0 || undefined)
  expect((await sync.queue()).bytesToGo).toBeGreaterThan(0)
  const ready = await Promise.all([reissue, ...enrolments].map((id) => inState(id, 'ready')))
  const checked = ready.map((one) => one.timeline.find(({ state }) => state === 'checking')?.at ?? '')
  const [first, ...others] = checked
  // The three that were on the line when it was saved may end before it; the fourth, which was not, does not.
  expect(
    others
      .toSorted()
      .at(-1)
      ?.localeCompare(first ?? ''),
  ).toBeGreaterThan(0)
})

test('one stuck item blocks all later ones: what the issuer refuses is set aside with its reason, and taken when offered again', async () => {
  await open()
  let refuses = true
  let poison = ''
  between = (url, options) => {
    if (!refuses || !url.pathname.endsWith('/_bulk_docs') || !String(options?.body).includes(poison))
      return undefined
    // As CouchDB answers: one of them not, the others are written.
    const { docs } = JSON.parse(String(options?.body)) as { docs: { _id: string }[] }
    const others = docs.filter(({ _id }) => !_id.endsWith(poison))
    const { signal: _unheeded, ...rest } = options ?? {}
    return fetch(url, { ...rest, body: JSON.stringify({ docs: others, new_edits: false }) }).then(() =>
      Response.json([{ id: `request:${poison}`, error: 'forbidden', reason: 'no such office' }], {
        status: 201,
      }),
    )
  }
  poison = await save()
  const later = [await save(), await save()]
  sync.synchroniser.start()
  for (const id of later) await inState(id, 'ready')
  expect(await inState(poison, 'needs-attention')).toMatchObject({
    ...{ stopped: 'document-refused', refusal: expect.stringContaining('no such office') },
  })
  refuses = false
  await sync.offerAgain((await row(poison))?.id as never)
  await inState(poison, 'ready')
})

test('record stays "Sending" although online: a line that went dead without a word is told, ended and begun again', async () => {
  await open({ watchdogMs: 400 })
  let isDead = true
  between = (url, options) =>
    isDead && url.pathname.startsWith('/store')
      ? new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        })
      : undefined
  const id = await save()
  sync.synchroniser.start()
  const stalled = await until('the watchdog', async () =>
    sync.synchroniser.progress().faults.find(({ lane, code }) => lane === 'facts' && code === 'stalled'),
  )
  expect(stalled.cause).toContain('no progress')
  expect((await row(id))?.state).not.toBe('ready')
  isDead = false
  await inState(id, 'ready')
  expect(sync.synchroniser.progress().faults).toEqual([])
})

test('master-data failure blocks packet upload: with an inbox that answers nothing but errors the request is at the issuer', async () => {
  await open()
  between = (url) => (isInbox(url) ? Promise.resolve(new Response('', { status: 500 })) : undefined)
  const id = await save({ portraitBytes: 100_000 })
  sync.synchroniser.start()
  expect(await world.ended(of, id)).toContain('ready')
  expect((await sync.queue()).bytesToGo).toBe(0)
  // Nothing was heard of it, so it is not called more than it is.
  expect((await row(id))?.state).toBe('queued')
  expect(sync.synchroniser.lanes().find(({ lane }) => lane === 'answers')?.failures).toBeGreaterThan(0)
})

test('first sync hangs or fails, app must be restarted: whichever of its questions is cut, the masters come', async () => {
  await open()
  let asked = 0
  let cutAt = 1
  between = (url) => {
    if (!isInbox(url)) return undefined
    asked += 1
    if (asked !== cutAt || cutAt > 4) return undefined
    asked = 0
    cutAt += 1
    return Promise.reject(new TypeError('fetch failed'))
  }
  sync.synchroniser.start()
  await until('the masters', async () => sync.inbox.master('form-schema') ?? undefined)
  expect(cutAt).toBeGreaterThan(2)
})

test('deletions never replicate: what is removed here stays at the issuer', async () => {
  await open()
  const id = await save()
  sync.synchroniser.start()
  await inState(id, 'ready')
  await sync.outbox.database.remove(await sync.outbox.database.get(`request:${id}`))
  const later = await save()
  await inState(later, 'ready')
  const there = await fetch(`${world.url()}/store/kiosk-${of.kiosk}-outbox/request:${id}`, {
    headers: { authorization: of.authorization },
  })
  expect(there.status).toBe(200)
  expect(problems.filter((event) => event.includes('refused'))).toEqual([])
})
