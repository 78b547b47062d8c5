/** The client against services that are not devices: it keeps its deadline and its memory, and never throws. */
import { createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askService, callbackPort } from '../../../hardware/fingerprint/ask-service.ts'
import { judgeCapture } from '../../../hardware/fingerprint/capture-checks.ts'
import { readPictures } from '../../../hardware/fingerprint/jpeg-stream.ts'
import { callSbi, SbiCallFailed } from '../../../hardware/fingerprint/sbi-call.ts'

const trust = { device: [], ftm: [], revoked: [] }

/** @returns what came of one call to a service that answers as `serve` does */
async function callTo(serve: (socket: Socket) => void, deadlineMs = 1_000): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
  try {
    return await callSbi({ port, verb: 'MOSIPDISC', path: '/device', deadlineMs })
  } catch (error) {
    return error instanceof SbiCallFailed ? error.kind : error
  } finally {
    server.close()
  }
}

describe('a call to a hostile service', () => {
  it('ends, whatever bytes come', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ maxLength: 500 }).map((text) => Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${text}`)),
      fc
        .tuple(fc.integer({ min: -5, max: 2 ** 40 }), fc.json())
        .map(([length, json]) => Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${json}`)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (answer) => {
        const came = await callTo((socket) => void socket.end(answer))
        expect(came instanceof Error).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  it('gives up on headers and bodies without end, before they fill the memory', async () => {
    const pour = (first: string) => (socket: Socket) => {
      socket.write(first)
      const more = () =>
        void (socket.destroyed || (socket.write(Buffer.alloc(65_536, 'a')) ? setImmediate(more) : 0))
      socket.on('drain', more)
      more()
    }
    const before = process.memoryUsage().rss
    expect(await callTo(pour('HTTP/1.1 200 OK\r\nX: '), 10_000)).toBe('bad-answer')
    expect(await callTo(pour('HTTP/1.1 200 OK\r\n\r\n'), 10_000)).toBe('bad-answer')
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })

  it('ends at its deadline when bytes only drip', async () => {
    const drip = (first: string) => (socket: Socket) => {
      socket.write(first)
      const timer = setInterval(() => socket.write('a'), 20)
      socket.once('close', () => clearInterval(timer))
    }
    expect(await callTo(drip('HTTP/1.1 200 OK\r\nX: '), 200)).toBe('timeout')
    expect(await callTo(drip('HTTP/1.1 200 OK\r\n\r\n'), 200)).toBe('timeout')
  })
})

it('never follows a callback off this machine', () => {
  const ports = { from: 4501, to: 4600 }
  expect(callbackPort('http://127.0.0.1:4502/', ports)).toBe(4502)
  for (const url of ['http://example.org:4501/', 'https://127.0.0.1:4501/', 'http://127.0.0.1:80/', '', 'x'])
    expect(callbackPort(url, ports)).toBeUndefined()
  expect(callbackPort('http://a@127.0.0.1:4501/', ports)).toBeUndefined()
  fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl()), (url) => void callbackPort(url, ports)))
})

it('judges any JSON without throwing, and believes none of it', async () => {
  const asked = {
    ...{ transactionId: 'abcd', env: 'Staging', specVersion: '1.0', purpose: 'Registration' as const },
    ...{ fingers: ['Left Thumb'], previousHash: '', serial: '1', certification: 'L0' },
  }
  const entry = fc.record(
    { data: fc.string(), hash: fc.string(), error: fc.record({ errorCode: fc.constantFrom('0', 0, '7') }) },
    { requiredKeys: [] },
  )
  const answer = fc.oneof(fc.jsonValue(), fc.record({ biometrics: fc.array(entry, { maxLength: 4 }) }))
  await fc.assert(
    fc.asyncProperty(answer, async (json) => {
      expect((await judgeCapture(json, asked, { trust, now: 0 })).findings).not.toEqual([])
    }),
  )
})

it('says of a port where nobody is that nobody is there', async () => {
  const options = { ports: { from: 4501, to: 4600 }, trust, env: 'Staging', now: 0 }
  expect(await askService(1, { ...options, purpose: 'Registration' })).toEqual({ fault: 'finger.bad-answer' })
})

it('reads pictures out of anything without throwing or hoarding', async () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 6_000 }),
    fc
      .tuple(fc.integer({ min: -1, max: 6_000_000 }), fc.uint8Array({ maxLength: 300 }))
      .map(([length, bytes]) =>
        Buffer.concat([Buffer.from(`--B\r\nContent-Length:${length}\r\n\r\n`), bytes]),
      ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      async function* chunks() {
        yield* parts
      }
      for await (const picture of readPictures(chunks())) {
        expect([...picture.subarray(0, 2)]).toEqual([0xff, 0xd8])
        expect(picture.length).toBeLessThanOrEqual(5_000_000)
      }
    }),
  )
})
