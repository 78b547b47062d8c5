/**
 * The kiosk's loop against the real issuer behind a line that fails in every way: nothing is lost, each state says what it
 * is, and the loop goes on by itself. What is waited for are events; nothing here wakes the loop.
 */
import { randomBytes } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import type { LinkState } from '../../sync/link.ts'
import { syncWorld, type Changes, type TestKiosk } from './sync-world.ts'

type Mode = 'up' | 'down' | 'silent' | 'error' | 'portal' | 'nonsense'

/** A line of raw bytes that counts what the kiosk sends, and cuts where it is told. */
async function openLine(to: () => URL) {
  const sockets = new Set<Socket>()
  const line = { mode: 'up' as Mode, sent: 0, cutAfter: Infinity, downAtCut: false, url: '' }
  /** where the kiosk went on with a payload, and where the issuer had said that it should */
  const offsets = { asked: [] as number[], told: [] as number[] }
  const server: Server = createServer((kiosk) => {
    sockets.add(kiosk)
    kiosk.on('error', () => kiosk.destroy())
    kiosk.once('close', () => sockets.delete(kiosk))
    if (line.mode === 'down') return void kiosk.destroy()
    if (line.mode === 'silent') return
    if (line.mode !== 'up') {
      const body = line.mode === 'error' ? '' : line.mode === 'portal' ? '<html>Sign in</html>' : 'teapot'
      const head = line.mode === 'error' ? '500 Internal Server Error' : '200 OK'
      return void kiosk.once('data', () =>
        kiosk.end(`HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
      )
    }
    const issuer = connect({ host: '127.0.0.1', port: Number(to().port) })
    issuer.on('error', () => kiosk.destroy())
    issuer.once('close', () => kiosk.destroy())
    kiosk.once('close', () => issuer.destroy())
    issuer.pipe(kiosk)
    issuer.on('data', (chunk: Buffer) =>
      note(chunk, /^HTTP\/1\.1 20[014][^]*?\r\nupload-offset: (\d+)/i, offsets.told),
    )
    kiosk.on('data', (chunk: Buffer) => {
      note(chunk, /^PATCH [^]*?\r\nupload-offset: (\d+)/i, offsets.asked)
      const rest = chunk.subarray(0, Math.max(0, line.cutAfter - line.sent))
      line.sent += rest.length
      if (rest.length === chunk.length) return void issuer.write(chunk)
      line.cutAfter = Infinity
      if (line.downAtCut) line.mode = 'down'
      const cut = line.downAtCut ? [...sockets] : [kiosk]
      issuer.write(rest, () => cut.forEach((one) => one.destroy()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    line,
    offsets,
    set(mode: Mode) {
      line.mode = mode
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function note(chunk: Buffer, header: RegExp, into: number[]): void {
  const [, offset] = header.exec(chunk.toString('latin1')) ?? []
  if (offset !== undefined) into.push(Number(offset))
}

let world: Awaited<ReturnType<typeof syncWorld>>
let of: TestKiosk
let wire: Awaited<ReturnType<typeof openLine>>
let sync: KioskSync
let runs = 0
let citizens = 30_000_000_000
const problems: string[] = []

beforeAll(async () => {
  world = await syncWorld()
  wire = await openLine(() => new URL(world.url()))
})
afterAll(async () => {
  await wire.close()
  await world.close()
})
beforeEach(async () => {
  of = await world.kiosk()
  runs += 1
  problems.length = 0
  wire.set('up')
  sync = await open()
})
afterEach(() => sync.close())

const open = () =>
  openSync({
    dataDir: join(world.folder, `kiosk-${runs}`),
    issuer: () => ({
      url: wire.line.url,
      kiosk: of.kiosk,
      user: of.user,
      password: of.password,
      signing: of.trust.signing,
    }),
    ...{ clock: { now: () => Date.now() }, fetch, random: () => 0.5 },
    ...{ probeUpMs: 100, probeDownMs: 50 },
    onProblem: (event) => problems.push(event),
  })

async function enrol(changes: Changes = {}) {
  const made = await world.make(of, { cid: String((citizens += 1)), ...changes })
  expect((await sync.outbox.add(made.document, made.blobs)).isOk()).toBe(true)
  return { id: made.document._id.slice('request:'.length), made }
}

/** Resolves at the change after which `look` gives something. */
function change<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = sync.onChange(() => void check())
    async function check() {
      try {
        const found = await look()
        if (found === undefined) return
        stop()
        resolve(found)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    void check()
  })
}
const link = (wanted: LinkState) =>
  change(() => (sync.synchroniser.progress().link === wanted ? wanted : undefined))
const state = (id: string, wanted: string) =>
  change(async () => {
    const row = (await sync.list()).find((one) => one.id === id)
    return row?.state === wanted ? row : undefined
  })

describe('PouchDB: trouble when started offline — an issuer that is', () => {
  test.each<[Mode, LinkState]>([
    ['down', 'down'],
    ['error', 'error'],
    ['portal', 'portal'],
    ['nonsense', 'nonsense'],
  ])('%s is called %s, loses nothing, and is noticed by itself when it returns', async (mode, called) => {
    wire.set(mode)
    sync.synchroniser.start()
    await link(called)
    const { id } = await enrol()
    await link(called)
    expect(sync.synchroniser.progress().lastContact).toBeUndefined()
    expect(await sync.queue()).toMatchObject({ waiting: 1 })
    wire.set('up')
    const { timeline } = await state(id, 'ready')
    expect(timeline.map((one) => one.state)).toEqual(['queued', 'received', 'checking', 'ready'])
    expect((await sync.queue()).waiting).toBe(0)
  })
})

describe('PouchDB: no resume after a short loss — a payload', () => {
  test.each([3_000, 70_000, 130_001, 199_999])(
    'that is cut after %d bytes goes on where the issuer says that it is',
    async (cut) => {
      wire.set('down')
      const { id } = await enrol({ portraitBytes: 200_000 })
      wire.line.sent = 0
      wire.line.cutAfter = cut
      for (const list of Object.values(wire.offsets)) list.length = 0
      wire.set('up')
      sync.synchroniser.start()
      await state(id, 'ready')
      expect(wire.line.cutAfter).toBe(Infinity)
      // What begins at nothing was just opened; every other piece goes on at a byte that the issuer acknowledged.
      const goneOn = wire.offsets.asked.filter((at) => at > 0)
      for (const at of goneOn) expect(wire.offsets.told).toContain(at)
      if (cut >= 130_000) expect(goneOn.length).toBeGreaterThan(0)
    },
  )

  test('goes on after a restart of the kiosk, and under another address of the issuer', async () => {
    const { id } = await enrol({ portraitBytes: 400_000 })
    wire.line.sent = 0
    wire.line.cutAfter = 300_000
    wire.line.downAtCut = true
    sync.synchroniser.start()
    await link('down')
    await sync.close()
    const before = wire
    wire = await openLine(() => new URL(world.url()))
    sync = await open()
    sync.synchroniser.start()
    await state(id, 'ready')
    expect(wire.offsets.asked.some((at) => at > 0 && wire.offsets.told.includes(at))).toBe(true)
    await before.close()
  })

  test('that the issuer has already is not sent again', async () => {
    const { made } = await enrol({ portraitBytes: 150_000 })
    for (const blob of made.blobs) expect(await world.upload(of, blob)).toBe(204)
    wire.line.sent = 0
    sync.synchroniser.start()
    await state(made.document._id.slice(8), 'ready')
    expect(wire.line.sent).toBeLessThan(60_000)
  })

  test('that is no longer on this disk does not stop the others, and is told', async () => {
    const lost = await enrol()
    for (const { sha256 } of lost.made.blobs) await sync.blobs.remove(sha256)
    const good = await enrol()
    sync.synchroniser.start()
    await state(good.id, 'ready')
    expect(problems.some((event) => event.includes('is not on this disk'))).toBe(true)
    expect((await sync.status(lost.id as never))?.state).toBe('needs-attention')
  })
})

describe('a document', () => {
  test('of random bytes among the receipts is refused and stops nothing', async () => {
    const { id } = await enrol()
    await sync.inbox.database.put({
      _id: `receipt:${id}:0009`,
      noise: randomBytes(20).toString('hex'),
    } as never)
    sync.synchroniser.start()
    await state(id, 'ready')
    expect([...sync.inbox.refused]).toEqual([`receipt:${id}:0009`])
  })
})
