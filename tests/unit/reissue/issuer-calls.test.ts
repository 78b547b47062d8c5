/** An issuer that is away, slow, broken, or somebody else, over real HTTP. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createIssuerCalls } from '../../../main/reissue/issuer-calls.ts'
import { commission } from '../enrolment/enrolment-world.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function issuer(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const schema = z.object({ state: z.literal('waiting') })

async function codeOf(issuerUrl: string, signal?: AbortSignal): Promise<string> {
  const calls = createIssuerCalls({ commission: () => ({ ...commission, issuerUrl }), fetch, timeoutMs: 300 })
  const result = await calls.call('/kiosk/offers', { schema, body: {}, signal })
  return result.isOk() ? result.value.state : result.error.code
}
const json =
  (text: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }

test.each<[string, RequestListener, string]>([
  ['an answer as agreed', json('{"state":"waiting"}'), 'waiting'],
  ['500', json('{}', 500), 'issuer.error'],
  ['503 with an answer as agreed', json('{"state":"waiting"}', 503), 'issuer.error'],
  ['too many requests', json('{}', 429), 'issuer.error'],
  ['a wrong password', json('{}', 401), 'issuer.unauthorised'],
  ['not found', json('{}', 404), 'request.unknown'],
  [
    'a page of a captive portal',
    (_request, response) => void response.end('<html>Log in</html>'),
    'issuer.nonsense',
  ],
  ['JSON of something else', json('{"state":"dancing"}'), 'issuer.nonsense'],
  ['half an answer', json('{"state":"wai'), 'issuer.nonsense'],
  ['nothing at all', (_request, response) => void response.end(), 'issuer.nonsense'],
  ['400', json('{}', 400), 'issuer.nonsense'],
  [
    'a redirection to somebody else',
    (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'issuer.nonsense',
  ],
  ['a connection that is cut in the middle', (request) => void request.socket.destroy(), 'link.down'],
  ['no answer', () => undefined, 'link.slow'],
  [
    'an answer without end',
    (_request, response) => {
      const more = () => response.write('x'.repeat(65_536), () => response.writable && setImmediate(more))
      more()
    },
    'issuer.nonsense',
  ],
])('%s', async (_name, answer, code) => {
  expect(await codeOf(await issuer(answer))).toBe(code)
})

test('nobody listens', async () => {
  expect(await codeOf('http://127.0.0.1:9')).toBe('link.down')
})

test('a citizen who walked away ends the call', async () => {
  const url = await issuer(() => undefined)
  expect(await codeOf(url, AbortSignal.timeout(30))).toBe('device.cancelled')
})

test('the password goes with the call, and nothing goes before the commissioning', async () => {
  let heard: string | undefined
  const url = await issuer((request, response) => {
    heard = request.headers.authorization
    json('{"state":"waiting"}')(request, response)
  })
  expect(await codeOf(url)).toBe('waiting')
  expect(Buffer.from(heard?.slice('Basic '.length) ?? '', 'base64').toString()).toBe('u:p')
  const calls = createIssuerCalls({ commission: () => undefined, fetch, timeoutMs: 300 })
  const result = await calls.call('/kiosk/offers', { schema, body: {} })
  expect(result._unsafeUnwrapErr().code).toBe('kiosk.not-commissioned')
})
