/** Each way in which a link can be wrong, with a server that is wrong in that way: told by its own name. */
import 'reflect-metadata'
import { generateKeyPairSync } from 'node:crypto'
import { createServer as createTls, get } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import { afterEach, describe, expect, test } from 'vitest'
import { linkOfError, probeLink } from '../../sync/link.ts'

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => close()))
const clock = { now: () => Date.now() }
const day = 86_400_000

/** An issuer behind TLS, with a certificate of those dates; the client trusts it as a root where it is told to. */
async function tlsIssuer(from: Date, to: Date, name = 'localhost') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const keys = {
    privateKey: await crypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      algorithm,
      true,
      ['sign'],
    ),
    publicKey: await crypto.subtle.importKey(
      'spki',
      publicKey.export({ type: 'spki', format: 'der' }),
      algorithm,
      true,
      ['verify'],
    ),
  }
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '01', name: `CN=${name}`, notBefore: from, notAfter: to, keys },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  })
  const cert = certificate.toString('pem')
  const server = createTls(
    { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
    (_request, response) => void response.end(JSON.stringify({ ok: true, time: new Date().toISOString() })),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, cert }
}

/** Asks as a machine does whose administrator trusts one certificate more. */
const trusting =
  (ca: string): typeof fetch =>
  (url) =>
    new Promise((resolve, reject) => {
      const asked = get(String(url), { ca, agent: false }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => resolve(new Response(text, { status: answer.statusCode ?? 500 })))
      })
      asked.on('error', (cause) => reject(new TypeError('fetch failed', { cause })))
    })

describe('TLS', () => {
  test('a certificate that nobody vouches for is tls', async () => {
    const { url } = await tlsIssuer(new Date(Date.now() - day), new Date(Date.now() + day))
    expect((await probeLink({ url, fetch, clock })).link).toBe('tls')
  })
  test('one that is vouched for is the issuer', async () => {
    const { url, cert } = await tlsIssuer(new Date(Date.now() - day), new Date(Date.now() + day))
    expect((await probeLink({ url, fetch: trusting(cert), clock })).link).toBe('up')
  })
  test('one of another name is tls', async () => {
    const { url, cert } = await tlsIssuer(
      new Date(Date.now() - day),
      new Date(Date.now() + day),
      'issuer.example',
    )
    expect((await probeLink({ url, fetch: trusting(cert), clock })).link).toBe('tls')
  })
  test.each([
    ['not yet', 200, 400],
    ['no longer', -400, -200],
  ])('one that is %s valid by the clock of this machine is clock', async (_name, from, to) => {
    const { url, cert } = await tlsIssuer(new Date(Date.now() + from * day), new Date(Date.now() + to * day))
    expect((await probeLink({ url, fetch: trusting(cert), clock })).link).toBe('clock')
  })
  test('somebody who speaks no TLS is tls', async () => {
    const server = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    expect((await probeLink({ url, fetch, clock })).link).toBe('tls')
  })
})

test('a name that does not resolve is dns, and no-interface where this machine has no network at all', async () => {
  const url = 'http://issuer.invalid'
  expect((await probeLink({ url, fetch, clock })).link).toBe('dns')
  expect((await probeLink({ url, fetch, clock, hasInterface: () => false })).link).toBe('no-interface')
})

test('an answer that drips is slow', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60\r\n\r\n')
    const drip = setInterval(() => socket.write('{'), 50)
    socket.once('close', () => clearInterval(drip))
    closing.push(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await probeLink({ url, fetch, clock, deadlineMs: 500 })).link).toBe('slow')
})

test.each([
  ['EHOSTUNREACH', true, 'down'],
  ['ENETUNREACH', true, 'down'],
  ['ENETUNREACH', false, 'no-interface'],
  ['ECONNRESET', true, 'down'],
  ['UND_ERR_CONNECT_TIMEOUT', true, 'down'],
  ['ECONNREFUSED', false, 'refused'],
])('%s (with a network: %s) is %s', (code, has, link) => {
  const cause = Object.assign(new Error(code), { code })
  expect(linkOfError(new TypeError('fetch failed', { cause }), () => has)).toBe(link)
})
