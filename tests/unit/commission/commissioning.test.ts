import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCommissioning } from '../../../main/commission/commissioning.ts'
import { loadConfig } from '../../../main/config.ts'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault } from '../../../main/vault/vault.ts'
import { commission } from '../enrolment/enrolment-world.ts'

const { signingKey: _key, issuerUrl: _url, ...answer } = commission
let folder: string
let server: Server
let url: string
let respond: RequestListener
let heard: { code: string; publicJwk: Record<string, string> }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commission-'))
  heard = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.push(JSON.parse(body))
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

async function open(given: { code?: string; issuerUrl?: string } = {}) {
  const vault = await openVault({
    folder: join(folder, 'vault'),
    custody: fileCustody(join(folder, 'key')),
    random: randomBytes,
  })
  const config = loadConfig({
    dataDir: folder,
    link: { requestTimeoutMs: 300 },
    ...(given.issuerUrl && { issuerUrl: given.issuerUrl }),
    ...(given.code && { commission: { issuerUrl: url, code: given.code } }),
  })
  return openCommissioning({ vault, config, fetch })
}
const say =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(JSON.stringify(body))

describe('commissioning', () => {
  test('happens once: the next start needs neither code nor issuer, and the key stays in the vault', async () => {
    respond = say(200, answer)
    const made = (await (await open({ code: 'abc' })).attempt())._unsafeUnwrap()
    expect(made).toMatchObject({ kiosk: 'kiosk-001', issuerUrl: url })
    expect(heard[0]?.code).toBe('abc')
    expect(heard[0]?.publicJwk).not.toHaveProperty('d')
    const later = await open()
    expect(later.current()).toEqual(made)
    expect((await later.attempt())._unsafeUnwrap()).toEqual(made)
    expect(heard).toHaveLength(1)
    const record = await readFile(join(folder, 'vault', 'commission.sealed'))
    expect(record.includes(answer.password) && record.includes('password')).toBe(false)
  })

  test('asks with the same key again when the answer was lost', async () => {
    respond = (request) => void request.socket.destroy()
    expect((await (await open({ code: 'abc' })).attempt())._unsafeUnwrapErr().code).toBe('link.down')
    respond = say(200, answer)
    expect((await (await open({ code: 'abc' })).attempt()).isOk()).toBe(true)
    expect(heard[1]?.publicJwk).toEqual(heard[0]?.publicJwk)
  })

  test.each<[string, RequestListener, string]>([
    ['a code that is refused', say(403, { error: 'code_not_valid' }), 'kiosk.not-commissioned'],
    ['a portal that lets nobody through', say(403, {}), 'issuer.nonsense'],
    ['a page that is not there', say(404, {}), 'issuer.nonsense'],
    [
      'a redirection',
      (_request, response) => void response.writeHead(302, { location: '/' }).end(),
      'issuer.nonsense',
    ],
    ['an issuer that is broken', say(500, {}), 'issuer.error'],
    ['an answer without keys', say(200, { ...answer, trust: {} }), 'issuer.nonsense'],
    ['an answer of something else', say(200, 'hello'), 'issuer.nonsense'],
    ['no answer', () => undefined, 'link.slow'],
    [
      'half an answer',
      (request, response) => {
        response.writeHead(200, { 'content-length': '900' })
        response.write('{"kiosk"', () => request.socket.destroy())
      },
      'link.down',
    ],
  ])('%s leaves the kiosk as it was', async (_name, how, code) => {
    respond = how
    const commissioning = await open({ code: 'abc' })
    expect((await commissioning.attempt())._unsafeUnwrapErr().code).toBe(code)
    expect(commissioning.current()).toBeUndefined()
    expect((await open()).current()).toBeUndefined()
  })

  test('without a code nobody is asked', async () => {
    const commissioning = await open()
    expect(commissioning.hasCode).toBe(false)
    expect((await commissioning.attempt())._unsafeUnwrapErr().code).toBe('kiosk.not-commissioned')
    expect(heard).toEqual([])
  })

  test('an issuer that moved is found at its new address, under its old keys', async () => {
    respond = say(200, answer)
    await (await open({ code: 'abc' })).attempt()
    const moved = await open({ issuerUrl: 'https://issuer.example' })
    expect(moved.current()).toMatchObject({ issuerUrl: 'https://issuer.example', trust: answer.trust })
  })
})
