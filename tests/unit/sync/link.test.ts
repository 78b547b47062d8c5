/** What one question tells of the link, over real HTTP; and how soon the next one is asked. */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { askAgainMs, backOffMs, probeLink, zLinkState } from '../../../sync/link.ts'

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
/** A port that nobody listens on: one that was just given back. */
async function freePort(): Promise<number> {
  const given = createServer()
  await new Promise<void>((resolve) => given.listen(0, '127.0.0.1', resolve))
  const { port } = given.address() as AddressInfo
  await new Promise((resolve) => given.close(resolve))
  return port
}
const health = JSON.stringify({ ok: true, time: '2026-03-01T09:00:00.000Z' })

describe('the link', () => {
  test.each<[string, RequestListener, string, boolean]>([
    ['the issuer', say(health), 'up', true],
    ['500', say(health, 500), 'error', false],
    ['503 with a page', say('<html>', 503), 'error', false],
    ['too many', say('{}', 429), 'error', false],
    ['401', say('{}', 401), 'unauthorised', false],
    ['403', say('{}', 403), 'unauthorised', false],
    ['a captive portal', say('<html>Sign in</html>'), 'portal', false],
    [
      'a portal that says what it sends',
      say('Sign in', 200, { 'content-type': 'text/html' }),
      'portal',
      false,
    ],
    ['a portal by RFC 6585', say('<html>', 511), 'portal', false],
    ['a redirection', say('', 302, { location: 'http://127.0.0.1:1/' }), 'portal', false],
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
    expect(await probed(answer)).toMatchObject({ link, answered })
  })

  test('is slow when the issuer takes its time, and can be talked to', async () => {
    expect(await probed(say(health), 4_000)).toMatchObject({ link: 'slow', answered: true })
  })

  test('is refused where nobody listens', async () => {
    const asked = { url: `http://127.0.0.1:${await freePort()}`, fetch, clock: { now: () => 0 } }
    expect(await probeLink(asked)).toEqual({ link: 'refused', answered: false })
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
  const jitter = fc.double({ min: 0, max: 1, noNaN: true })

  test('comes within three seconds while the issuer is away, whatever happened before', () => {
    fc.assert(fc.property(jitter, (random) => askAgainMs(2_000, () => random) <= 3_000))
  })

  test('after failures comes at the latest after a minute', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), jitter, (failures, random) => {
        const ms = backOffMs(failures, () => random)
        expect(ms).toBeGreaterThan(0)
        expect(ms).toBeLessThanOrEqual(60_000)
      }),
    )
  })

  test('of 300 kiosks does not come at the same moment', () => {
    const spread = new Set(Array.from({ length: 300 }, (_, n) => backOffMs(3, () => n / 300)))
    expect(spread.size).toBeGreaterThan(250)
  })
})

test('"no internet" shown for key or schema errors: no text says so of any state, and no two states have the same', () => {
  for (const language of ['en', 'dz', 'ne']) {
    const path = new URL(`../../../renderer/lib/i18n/messages/${language}/common.json`, import.meta.url)
    const texts = z
      .record(z.string(), z.looseObject({ text: z.string() }))
      .parse(JSON.parse(readFileSync(path, 'utf8')))
    const shown = zLinkState.options.map(
      (state) => texts[`common.link.${state}`]?.text ?? `none for ${state}`,
    )
    expect(new Set(shown).size).toBe(zLinkState.options.length)
    for (const text of shown) expect(text).not.toMatch(/^none for|internet/i)
  }
})
