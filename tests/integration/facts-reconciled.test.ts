/**
 * What replication takes for sent, and the issuer does not have. (Peers: "packet state never turns to synced"; a record that
 * vanishes after coming back online.)
 */
import { join } from 'node:path'
import PouchDB from 'pouchdb'
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import { pushFacts } from '../../sync/replicator.ts'
import { until } from './host-world.ts'
import { syncWorld, type TestKiosk } from './sync-world.ts'

let world: Awaited<ReturnType<typeof syncWorld>>
let of: TestKiosk
let sync: KioskSync
let steadyMs = 0
/** looks at each question first; what it gives is the answer, and the issuer never hears of it */
let between: (url: URL, options?: RequestInit) => Promise<Response> | undefined = () => undefined
const problems: string[] = []

const fetching: typeof fetch = (url, options) =>
  between(new URL(url instanceof Request ? url.url : url), options) ?? fetch(url, options)
const remote = () => ({ url: world.url(), kiosk: of.kiosk, user: of.user, password: of.password })

beforeAll(async () => {
  world = await syncWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  of = await world.kiosk()
  between = () => undefined
  sync = await openSync({
    dataDir: join(world.folder, `at-${of.kiosk}`),
    issuer: () => ({ ...remote(), signing: of.trust.signing }),
    ...{ clock: { now: () => Date.now() }, steady: () => steadyMs, fetch: fetching, random: () => 0.5 },
    ...{ probeUpMs: 50, probeDownMs: 50 },
    onProblem: (event) => problems.push(event),
  })
})
afterEach(() => sync.close())

test('a replication that was ended on the way has not sent what it did not send', async () => {
  const made = await world.make(of, { cid: '40000000001' })
  expect((await sync.outbox.add(made.document, made.blobs)).isOk()).toBe(true)
  const end = new AbortController()
  between = (url, options) => {
    // Between two questions, where nothing is on the line that the end could break.
    if (url.pathname.endsWith('/_revs_diff')) end.abort(new Error('restarted'))
    const { signal: _unheeded, ...rest } = options ?? {}
    return fetch(url, rest)
  }
  const run = { remote: remote(), fetch: fetching, signal: end.signal, alive: () => undefined }
  await expect(pushFacts(sync.outbox.database, run, { leftOut: () => false })).rejects.toThrow('restarted')
})

test('a request that somebody else took in the issuer’s name is missed, asked about and sent again', async () => {
  const made = await world.make(of, { cid: '40000000002' })
  const id = made.document._id.slice('request:'.length)
  expect((await sync.outbox.add(made.document, made.blobs)).isOk()).toBe(true)
  let swallowed = 0
  between = (url) => {
    if (!url.pathname.endsWith('/_bulk_docs') || swallowed > 0) return undefined
    swallowed += 1
    return Promise.resolve(Response.json([], { status: 201 }))
  }
  sync.synchroniser.start()
  const remoteOutbox = new PouchDB(`${world.url()}/store/kiosk-${of.kiosk}-outbox`, {
    skip_setup: true,
    auth: { username: of.user, password: of.password },
  })
  // Replication believes it: nothing is owed, and the issuer has the payloads and no request.
  await until('the request to be swallowed', async () => swallowed === 1 || undefined)
  await until('the payloads to be there', async () => (await sync.queue()).bytesToGo === 0 || undefined)
  await until('nothing to be owed', async () => sync.synchroniser.isIdle() || undefined)
  await expect(remoteOutbox.get(`request:${id}`)).rejects.toMatchObject({ status: 404 })
  await until('the request to be ready', async () => {
    steadyMs += 5_000
    return (await sync.list()).find((one) => one.id === id)?.state === 'ready' || undefined
  })
  expect(problems).toContain('1 documents are not with the issuer, though they were sent')
  await remoteOutbox.close()
})
