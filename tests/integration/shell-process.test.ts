/** The host as the launcher starts it: ready line, fresh links, one at a time on the same data, and its end. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../renderer/lib/api/client.ts'
import { WebSocket } from 'ws'

const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const program = fileURLToPath(new URL('../../main/shell/browser/main.ts', import.meta.url))
const children: ChildProcess[] = []

function start(args: string[]) {
  const child = spawn(node, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const errors: string[] = []
  child.stderr.on('data', (data: Buffer) => errors.push(data.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const line = async (): Promise<Record<string, string>> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`it ended: ${errors.join('')}`)
    return JSON.parse(String(value))
  }
  return { child, line, ended, errors }
}

let folder = ''
let data = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-process-'))
  data = join(folder, 'kiosk')
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function names(link: string): Promise<string[]> {
  const response = await fetch(link, { redirect: 'manual' })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { host, origin, href } = new URL(link)
  class WithCookie extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers: { cookie, origin } })
    }
  }
  const client = createClient({
    from: { location: { protocol: 'http:', host, href } },
    WebSocket: WithCookie as unknown as typeof globalThis.WebSocket,
  })
  try {
    return await client.api.session.names.query()
  } finally {
    await client.close()
  }
}

describe('the host as a process', () => {
  it('starts without link, devices and commissioning, and answers; gives fresh links; refuses a second; ends clean', async () => {
    const kiosk = start(['--data', data, '--port', '0'])
    const ready = await kiosk.line()
    expect(ready).toEqual({
      ready: 'kiosk',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/),
    })
    expect(await names(ready['url'] ?? '')).toEqual([])

    kiosk.child.stdin.write('nonsense\nlink\n')
    const { link = '' } = await kiosk.line()
    expect(link).not.toBe(ready['url'])
    expect(await names(link)).toEqual([])

    const second = start(['--data', data, '--port', '0'])
    expect(await second.ended).toBe(3)
    expect(second.errors.join('')).toContain(`already running on ${data} (process ${kiosk.child.pid})`)

    kiosk.child.kill('SIGTERM')
    expect(await kiosk.ended).toBe(0)
    expect(existsSync(join(data, 'kiosk.lock'))).toBe(false)
  })

  it('starts again after kill -9', async () => {
    const first = start(['--data', data])
    await first.line()
    first.child.kill('SIGKILL')
    await first.ended
    const next = start(['--data', data])
    await next.line()
    next.child.kill('SIGINT')
    expect(await next.ended).toBe(0)
  })

  it('ends with its parent', async () => {
    const parent = spawn(node, ['-e', 'setInterval(() => 0, 1000)'])
    const kiosk = start(['--data', data, '--parent', String(parent.pid)])
    await kiosk.line()
    parent.kill('SIGKILL')
    expect(await kiosk.ended).toBe(0)
  })

  it('says clearly that its port is taken, and lets the data go', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const kiosk = start(['--data', data, '--port', String(port)])
    expect(await kiosk.ended).toBe(1)
    expect(kiosk.errors.join('')).toContain(`Port ${port} of 127.0.0.1 is taken`)
    expect(kiosk.errors.join('')).not.toMatch(/\n\s+at /)
    expect(existsSync(join(data, 'kiosk.lock'))).toBe(false)
    await new Promise((resolve) => other.close(resolve))
  })

  it('says what is wrong with its options', async () => {
    const kiosk = start(['--port', 'x'])
    expect(await kiosk.ended).toBe(2)
    expect(kiosk.errors.join('')).toContain('Usage:')
  })
})
