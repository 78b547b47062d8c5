/**
 * A kiosk with a queue, without devices: the real issuer, the real host and its web server in this process, a Chromium,
 * and a line between kiosk and issuer that fails as it is told. What lies in the queue is made before the kiosk starts,
 * as an officer's work of the last days, and may be damaged there.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { ulid } from 'ulid'
import { z } from 'zod'
import { openCommissioning } from '../../main/commission/commissioning.ts'
import { loadConfig, type ConfigInput } from '../../main/config.ts'
import { createSealAndSave } from '../../main/enrolment/seal-and-save.ts'
import { createHost, type Host } from '../../main/host.ts'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { rendererFolder } from '../../main/shell/renderer-folder.ts'
import { serveApi } from '../../main/shell/serve-api.ts'
import { startWebServer } from '../../main/shell/browser/web-server.ts'
import { fileCustody } from '../../main/vault/file-custody.ts'
import { openVault } from '../../main/vault/vault.ts'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import { zRequestId, type RequestDoc } from '../../sync/z-facts.ts'
import { madeRequest } from '../fixtures/made-request.ts'
import { kioskDevices, until } from '../integration/host-world.ts'

export type LineMode = 'up' | 'down' | 'portal' | 'error' | 'unauthorised'

export async function openLine(to: string) {
  const line = { mode: 'up' as LineMode, refused: '' }
  const answers = { error: 500, unauthorised: 401, portal: 302 } as const
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const { mode, refused } = line
    if (mode === 'down') return void request.socket.destroy()
    const body: Buffer[] = []
    try {
      for await (const chunk of request) body.push(Buffer.from(chunk))
    } catch {
      return void response.destroy()
    }
    const bytes = Buffer.concat(body)
    if (mode !== 'up') {
      response.statusCode = answers[mode]
      return void response.end()
    }
    if (refused !== '' && url.endsWith('/_bulk_docs') && bytes.includes(refused)) {
      const said = await withoutOne(new URL(url, to), headers.authorization ?? '', bytes, refused)
      return void response.writeHead(201, { 'content-type': 'application/json' }).end(said)
    }
    const passed = ask(new URL(url, to), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    response.once('close', () => passed.destroy())
    passed.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    set(mode: LineMode): void {
      line.mode = mode
      server.closeAllConnections()
    },
    /** The issuer's server will not take that document, and takes every other. */
    refuse(id: string): void {
      line.refused = id
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const zBulk = z.looseObject({ docs: z.array(z.looseObject({ _id: z.string() })) })

/** Passes on a bulk without that document, and says of it what a store says that may not take it. */
async function withoutOne(url: URL, authorization: string, body: Buffer, id: string): Promise<string> {
  const bulk = zBulk.parse(JSON.parse(body.toString('utf8')))
  const docs = bulk.docs.filter(({ _id }) => _id !== id)
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ ...bulk, docs }),
  })
  const refusal = { id, error: 'forbidden', name: 'forbidden', reason: 'not from this office' }
  return JSON.stringify([...z.array(z.unknown()).parse(await answer.json()), refusal])
}

export interface SavedWork {
  /** an enrolment of some minutes ago, saved here and not sent */
  enrol(minutesAgo: number, bytes?: number): Promise<RequestDoc>
  sync: KioskSync
  /** the folder of the queue */
  folder: string
}

export interface QueueWorld {
  page: Page
  host: Host
  line: Awaited<ReturnType<typeof openLine>>
  signIns: readonly { name: string; pin: string; role: string }[]
  end(): Promise<void>
}

export interface QueueWorldOptions {
  config?: Partial<ConfigInput>
  /** what was saved before the kiosk starts */
  work: (saved: SavedWork) => Promise<void>
  /** what happened to it while the kiosk was off @param folder of the queue */
  damage?: (folder: string) => Promise<void> | void
  /** how the line is when it starts */
  line?: LineMode
  clock?: { now(): number }
  viewport?: { width: number; height: number }
  /** done with the page before it is opened */
  beforePage?: (page: Page) => Promise<void>
}

export async function openQueueWorld(options: QueueWorldOptions): Promise<QueueWorld> {
  const { viewport = { width: 1280, height: 800 } } = options
  const data = mkdtempSync(join(tmpdir(), 'kiosk-queue-'))
  const issuer = await startIssuer({ dataDir: join(data, 'issuer'), port: 0, demo: true })
  const line = await openLine(issuer.url)
  const config = loadConfig({
    ...{ dataDir: join(data, 'kiosk'), link: { probeUpMs: 500, probeDownMs: 250, requestTimeoutMs: 3_000 } },
    commission: { issuerUrl: line.url, code: issuer.commissioningCode('Paro') },
    ...options.config,
  })
  const start = () =>
    createHost({
      ...{ config, log: () => undefined, devices: kioskDevices({ now: { fault: 'card.absent' } }) },
      ...(options.clock && { clock: options.clock }),
    })
  // Once with a link, so that it is the issuer's and has its staff list.
  const first = await start()
  await until('The staff list', async () =>
    (await first.services.staff.names()).length > 0 ? true : undefined,
  )
  await first.close()
  await work(config.dataDir, options)
  await options.damage?.(join(config.dataDir, 'sync'))
  line.set(options.line ?? 'up')

  const host = await start()
  const log = () => undefined
  const accept = serveApi(host.services, log)
  const random = (bytes: number) => randomBytes(bytes)
  const server = await startWebServer({ port: 0, root: rendererFolder(), accept, random, log })
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  })
  const page = await (await browser.newContext({ viewport })).newPage()
  await options.beforePage?.(page)
  await page.goto(server.link())
  return {
    ...{ page, host, line, signIns: issuer.demoSignIns },
    async end() {
      await browser.close()
      await server.close()
      await host.close()
      await line.close()
      await issuer.close()
      rmSync(data, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** What the office did before: requests that are sealed and signed as every one is. */
async function work(dataDir: string, options: QueueWorldOptions): Promise<void> {
  const custody = fileCustody(join(dataDir, 'vault.key'))
  const vault = await openVault({ folder: join(dataDir, 'vault'), custody, random: randomBytes })
  const none = { link: { probeUpMs: 1, probeDownMs: 1, requestTimeoutMs: 1 } }
  const commission = (await openCommissioning({ vault, config: none, fetch })).current()
  if (!commission) throw new Error('The kiosk was not commissioned')
  const folder = join(dataDir, 'sync')
  const clock = options.clock ?? { now: () => Date.now() }
  const sync = await openSync({
    ...{ dataDir: folder, clock, fetch, random: () => 0.5 },
    issuer: () => undefined,
  })
  const sealAndSave = createSealAndSave({ commission: () => commission, sync, random: randomBytes })
  let cid = 10_800_000_000
  await options.work({
    ...{ sync, folder },
    async enrol(minutesAgo, bytes = 2_000) {
      const at = clock.now() - minutesAgo * 60_000
      cid += 1
      const asked = { id: zRequestId.parse(ulid(at)), kind: 'enrolment' as const, cid: String(cid) }
      const { packet, parts } = madeRequest(commission, {
        ...{ ...asked, sizes: [bytes], at: new Date(at).toISOString() },
      })
      return (await sealAndSave(packet, parts))._unsafeUnwrap()
    },
  })
  await sync.close()
}
