/** The one client against the one router, over both transports: what a screen sees must not depend on the shell. */
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import type { KioskBridge } from '../../main/api/bridge.ts'
import { startWebServer } from '../../main/shell/browser/web-server.ts'
import { channels } from '../../main/shell/electron/ipc-channels.ts'
import { servePage } from '../../main/shell/electron/serve-page.ts'
import { serveApi } from '../../main/shell/serve-api.ts'
import { ask, askValue } from '../../renderer/lib/api/ask.ts'
import { createClient, type KioskClient } from '../../renderer/lib/api/client.ts'
import { stubWorld, type StubWorld } from './shell-world.ts'

interface Shell {
  client: KioskClient
  /** the page loses its host for a moment */
  lose(): void
  /** the host ends */
  die(): Promise<void>
}

const logged: string[] = []
const log = (event: string, facts?: object) => void logged.push(JSON.stringify({ event, ...facts }))

interface BrowserShell extends Shell {
  /** whether new connections reach the host */
  reachable: boolean
}

async function browserShell(world: StubWorld, folder: string): Promise<BrowserShell> {
  writeFileSync(join(folder, 'index.html'), '')
  const server = await startWebServer({
    port: 0,
    root: folder,
    accept: serveApi(world.services, log),
    random: (bytes) => randomBytes(bytes),
    log,
  })
  const response = await fetch(server.link(), { redirect: 'manual' })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const host = `127.0.0.1:${server.port}`
  const open = new Set<NodeWebSocket>()
  class WithCookie extends NodeWebSocket {
    constructor(address: string | URL) {
      super(shell.reachable ? address : 'ws://127.0.0.1:1/', {
        headers: { cookie, origin: `http://${host}` },
      })
      open.add(this)
    }
  }
  const shell = { reachable: true }
  const client = createClient({
    patienceMs: 400,
    from: { location: { protocol: 'http:', host, href: `http://${host}/` } },
    WebSocket: WithCookie as unknown as typeof WebSocket,
  })
  return Object.assign(shell, {
    client,
    lose: () => open.forEach((socket) => socket.terminate()),
    die: () => server.close(),
  })
}

/** Electron's two ends, as two emitters: the same events, and each text copied as between two processes. */
function electronShell(world: StubWorld): Promise<Shell> {
  const ipcMain = new EventEmitter()
  const toPage = new EventEmitter()
  const mainFrame = { url: 'app://kiosk/', parent: null }
  const contents = Object.assign(new EventEmitter(), {
    id: 1,
    isDestroyed: () => false,
    send: (channel: string, ...texts: string[]) => void setImmediate(() => toPage.emit(channel, ...texts)),
  })
  const event = { sender: { id: 1, mainFrame }, senderFrame: mainFrame }
  const post = (channel: string, ...texts: string[]) =>
    void setImmediate(() => ipcMain.emit(channel, event, ...structuredClone(texts)))
  servePage(ipcMain as never, contents as never, { accept: serveApi(world.services, log), log })
  const bridge: KioskBridge = {
    open: () => post(channels.open),
    send: (text) => post(channels.text, text),
    close: () => post(channels.close),
    onMessage: (listener) => void toPage.on(channels.text, listener),
    onClose: (listener) => void toPage.on(channels.ended, listener),
  }
  const client = createClient({
    patienceMs: 400,
    from: { location: { protocol: 'app:', host: 'kiosk', href: 'app://kiosk/' }, kiosk: bridge },
  })
  const lose = () => {
    ipcMain.emit(channels.close, event)
    toPage.emit(channels.ended)
  }
  return Promise.resolve({
    client,
    lose,
    die: () => Promise.resolve(),
  })
}

describe.each([
  ['browser', browserShell],
  ['Electron', electronShell],
] as const)('over the %s shell', (_name, start) => {
  let folder = ''
  let world: StubWorld
  let shell: Shell
  beforeEach(async () => {
    logged.length = 0
    folder = mkdtempSync(join(tmpdir(), 'kiosk-shell-'))
    world = stubWorld()
    shell = await start(world, folder)
  })
  afterEach(async () => {
    void shell.client.close()
    await shell.die()
    rmSync(folder, { recursive: true, force: true })
  })
  const opened = () => vi.waitFor(() => expect(shell.client.connection.get()).toBe('open'))
  const signIn = () => ask(shell.client.api.session.signIn.mutate({ name: 'Karma', pin: '1234' }))

  it('asks and is answered', async () => {
    const { api } = shell.client
    expect((await api.session.state.query()).kiosk.office).toBe('Thimphu')
    expect(await Promise.all([api.session.names.query(), api.status.now.query()])).toMatchObject([
      ['Karma'],
      { link: 'up' },
    ])
    await opened()
  })

  it('has roles enforced by the host, in the session of this window', async () => {
    const { api } = shell.client
    expect(await askValue(api.requests.list.query())).toEqual({
      ok: false,
      code: 'sign-in.required',
      retry: 'now',
    })
    expect(await ask(api.session.signIn.mutate({ name: 'Karma', pin: '9' }))).toMatchObject({
      code: 'sign-in.wrong-pin',
      detail: { triesLeft: 4 },
    })
    expect(await signIn()).toMatchObject({ ok: true, value: { role: 'officer' } })
    expect(await askValue(api.requests.list.query())).toEqual({ ok: true, value: [] })
    expect(await askValue(api.devices.list.query())).toMatchObject({ code: 'role.forbidden' })
    expect(world.calls).toEqual(['list'])
  })

  it('gives bad input and a bug as codes, and what the bug says to nobody', async () => {
    const { api } = shell.client
    await signIn()
    expect(await ask(api.session.signIn.mutate({ name: '', pin: '' }))).toMatchObject({
      code: 'kiosk.bad-request',
    })
    const bug = await api.requests.find.query({ query: 'x' }).catch((error: unknown) => error)
    expect(JSON.stringify(bug, Object.getOwnPropertyNames(bug))).not.toMatch(/Pema|secret/)
    expect(await askValue(api.requests.find.query({ query: 'x' }))).toMatchObject({ code: 'kiosk.bug' })
    expect(logged.join()).toContain('INTERNAL_SERVER_ERROR')
    expect(logged.join()).not.toMatch(/Pema|secret/)
  })

  it('carries a portrait of 2 MB', async () => {
    await signIn()
    const jpeg = Buffer.alloc(2_000_000, 7).toString('base64')
    const answer = await ask(
      shell.client.api.enrolment.savePortrait.mutate({ id: '01JAAAAAAAAAAAAAAAAAAAAAAA', jpeg }),
    )
    expect(answer).toMatchObject({ code: 'draft.gone' })
    expect(world.portraitBytes()).toBe(2_000_000)
  })

  it('ends a subscription in the host when the page leaves it', async () => {
    const seen: number[] = []
    const watch = shell.client.api.status.watch.subscribe(undefined, {
      onData: ({ queue }) => seen.push(queue.bytesToGo),
    })
    await vi.waitFor(() => expect(seen).toEqual([1]))
    expect(world.watching()).toBe(1)
    watch.unsubscribe()
    await vi.waitFor(() => expect(world.watching()).toBe(0))
  })

  it('stops in the host what the page stops, each call by itself, also one that was just sent', async () => {
    await signIn()
    const { api } = shell.client
    const id = '01JAAAAAAAAAAAAAAAAAAAAAAA'
    const cancelled = { ok: false, code: 'device.cancelled', retry: 'now' }
    const [first, second] = [new AbortController(), new AbortController()]
    const one = ask(api.enrolment.readCard.mutate({ id }, { signal: first.signal }))
    const two = ask(api.enrolment.readCard.mutate({ id }, { signal: second.signal }))
    await vi.waitFor(() => expect(world.waiting()).toBe(2))
    first.abort()
    expect(await one).toEqual(cancelled)
    expect(world.waiting()).toBe(1)
    second.abort()
    expect(await two).toEqual(cancelled)
    const stop = new AbortController()
    const three = ask(api.enrolment.readCard.mutate({ id }, { signal: stop.signal }))
    stop.abort()
    expect(await three).toEqual(cancelled)
    expect(await ask(api.enrolment.readCard.mutate({ id }, { signal: AbortSignal.abort() }))).toEqual(
      cancelled,
    )
    expect(world.waiting()).toBe(0)
  })

  it('stops in the host whatever a page waited for that has gone', async () => {
    await signIn()
    const id = '01JAAAAAAAAAAAAAAAAAAAAAAA'
    void ask(shell.client.api.enrolment.readCard.mutate({ id }))
    await vi.waitFor(() => expect(world.waiting()).toBe(1))
    shell.lose()
    await vi.waitFor(() => expect(world.waiting()).toBe(0))
  })

  it('comes back after a loss: same session, subscriptions again, one watcher', async () => {
    await signIn()
    const seen: number[] = []
    shell.client.api.status.watch.subscribe(undefined, { onData: ({ queue }) => seen.push(queue.bytesToGo) })
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    shell.lose()
    await vi.waitFor(() => expect(seen).toHaveLength(2), 3_000)
    expect(world.watching()).toBe(1)
    expect((await shell.client.api.session.state.query()).staff?.name).toBe('Karma')
  })
})

describe('a host that cannot be reached', () => {
  it('is said to be so, and does not do later what was asked then', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-shell-'))
    const world = stubWorld()
    const shell = await browserShell(world, folder)
    const { api, connection } = shell.client
    await ask(api.session.signIn.mutate({ name: 'Karma', pin: '1234' }))
    shell.reachable = false
    shell.lose()
    const refused = { ok: false, code: 'kiosk.unreachable', retry: 'later' }
    expect(await askValue(api.status.syncNow.mutate())).toEqual(refused)
    expect(connection.get()).toBe('unreachable')
    const asked = performance.now()
    expect(await askValue(api.status.syncNow.mutate())).toEqual(refused)
    expect(performance.now() - asked).toBeLessThan(200)
    shell.reachable = true
    await vi.waitFor(() => expect(connection.get()).toBe('open'), 5_000)
    expect((await api.session.state.query()).staff?.name).toBe('Karma')
    expect(world.calls).toEqual([])
    void shell.client.close()
    await shell.die()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('the page under Electron', () => {
  it('is not heard from another frame, nor with anything but text; a crash signs out', async () => {
    const world = stubWorld()
    const ipcMain = new EventEmitter()
    const sent: unknown[] = []
    const mainFrame = { url: 'app://kiosk/', parent: null }
    const contents = Object.assign(new EventEmitter(), {
      id: 1,
      isDestroyed: () => false,
      send: (...message: unknown[]) => void sent.push(message),
    })
    servePage(ipcMain as never, contents as never, { accept: serveApi(world.services, log), log })
    const own = { sender: { id: 1, mainFrame }, senderFrame: mainFrame }
    const call = (id: number, path: string, input?: object) =>
      JSON.stringify({ id, method: path.endsWith('signIn') ? 'mutation' : 'query', params: { path, input } })
    logged.length = 0

    ipcMain.emit(channels.open, { ...own, senderFrame: { url: 'app://kiosk/', parent: mainFrame } })
    ipcMain.emit(channels.open, { ...own, senderFrame: null })
    ipcMain.emit(channels.text, own, call(1, 'session.names'))
    ipcMain.emit(channels.open, own)
    for (const text of [{ evil: true }, 7, null, undefined, 'x'.repeat(3_000_001)])
      ipcMain.emit(channels.text, own, text)
    expect(logged.filter((line) => line.includes('sender-refused'))).toHaveLength(2)
    expect(logged.filter((line) => line.includes('message-refused'))).toHaveLength(5)
    expect(sent).toEqual([])

    ipcMain.emit(channels.text, own, call(2, 'session.signIn', { name: 'Karma', pin: '1234' }))
    await vi.waitFor(() => expect(JSON.stringify(sent)).toContain('officer'))
    contents.emit('render-process-gone', {}, { reason: 'crashed' })
    ipcMain.emit(channels.open, own)
    ipcMain.emit(channels.text, own, call(3, 'requests.list'))
    await vi.waitFor(() => expect(JSON.stringify(sent.at(-1))).toContain('UNAUTHORIZED'))
  })
})
