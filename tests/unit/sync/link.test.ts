/** What one question tells of the link, over real HTTP; and how soon the next one is asked. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { backOffMs, pauseMs, probeLink, zLinkState } from '../../../sync/link.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function probed(answer: RequestListener, jumpMs = 0) {
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = { at: 0, now: () => (clock.at += jumpMs) }
  return probeLink({ url, fetch, clock, deadlineMs: 400 })
}
const say =
  (body: string, status = 200, headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)
const health = JSON.stringify({ ok: true, time: '2026-03-01T09:00:00.000Z' })

describe('the link', () => {
  test.each<[string, RequestListener, string, boolean]>([
    ['the issuer', say(health), 'up', true],
    ['500', say(health, 500), 'error', false],
    ['503 with a page', say('<html>', 503), 'error', false],
    ['too many', say('{}', 429), 'error', false],
    ['401', say('{}', 401), 'unauthorised', false],
    ['403', say('{}', 403), 'unauthorised', false],
    ['a captive portal', say('<html>Sign in</html>'), 'nonsense', false],
    ['a redirection', say('', 302, { location: 'http://127.0.0.1:1/' }), 'nonsense', false],
    ['404', say('{}', 404), 'nonsense', false],
    ['another JSON', say('{"ok":true}'), 'nonsense', false],
    ['a list', say('[]'), 'nonsense', false],
    ['nothing', say(''), 'nonsense', false],
    ['a long page', say('x'.repeat(1_000_000)), 'nonsense', false],
    ['no answer', () => undefined, 'slow', false],
    [
      'half an answer, and no more',
      (_request, response) => void response.writeHead(200).write('{"ok"'),
      'slow',
      false,
    ],
    ['a cut', (request) => void request.socket.destroy(), 'down', false],
    [
      'a cut in the middle',
      (request, response) => {
        response.writeHead(200, { 'content-length': '500' })
        response.write('{"ok"', () => request.socket.destroy())
      },
      'down',
      false,
    ],
  ])('%s', async (_name, answer, link, answered) => {
    expect(await probed(answer)).toEqual({ link, answered })
  })

  test('is slow when the issuer takes its time, and can be talked to', async () => {
    expect(await probed(say(health), 4_000)).toEqual({ link: 'slow', answered: true })
  })

  test('is down where nobody listens', async () => {
    const asked = { url: 'http://127.0.0.1:9', fetch, clock: { now: () => 0 } }
    expect(await probeLink(asked)).toEqual({ link: 'down', answered: false })
  })

  test('says for random bytes nothing but that they are nonsense', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const answer = async () => new Response(Buffer.from(bytes))
        const asked = { url: 'http://issuer.test', fetch: answer, clock: { now: () => 0 } }
        expect(await probeLink(asked)).toEqual({ link: 'nonsense', answered: false })
      }),
    )
  })
})

describe('the next question', () => {
  const waits = { probeUpMs: 15_000, probeDownMs: 2_000 }
  const before = fc.record({
    link: fc.constantFrom(...zLinkState.options),
    failures: fc.nat(1_000),
    idle: fc.nat(1_000),
    owed: fc.boolean(),
  })

  test('comes within three seconds while the issuer is away, whatever happened before', () => {
    fc.assert(
      fc.property(before, fc.double({ min: 0, max: 1, noNaN: true }), (now, jitter) => {
        fc.pre(now.link !== 'up' && now.link !== 'slow')
        expect(pauseMs(now, { ...waits, random: () => jitter })).toBeLessThanOrEqual(3_000)
      }),
    )
  })

  test('always comes, at the latest after a minute', () => {
    fc.assert(
      fc.property(before, fc.double({ min: 0, max: 1, noNaN: true }), (now, jitter) => {
        const ms = pauseMs(now, { ...waits, random: () => jitter })
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(60_000)
      }),
    )
  })

  test('comes soon while something moves, and less often while nothing does', () => {
    const random = () => 0.5
    const asked = [0, 1, 2, 3, 9].map((idle) =>
      pauseMs({ link: 'up', failures: 0, owed: true, idle }, { ...waits, random }),
    )
    expect(asked).toEqual([500, 1_000, 2_000, 4_000, 15_000])
    expect(pauseMs({ link: 'up', failures: 0, owed: false, idle: 0 }, { ...waits, random })).toBe(15_000)
  })

  test('of 300 kiosks does not come at the same moment', () => {
    const spread = new Set(Array.from({ length: 300 }, (_, n) => backOffMs(3, () => n / 300)))
    expect(spread.size).toBeGreaterThan(250)
  })
})
