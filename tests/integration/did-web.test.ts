/** did:web from a real HTTPS server: what is believed of it, and what it may not do to the one who asks. */
import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpsGet, type HttpsGetOptions } from '../../main/credentials/did/https-get.ts'
import { multikeyOf } from '../../main/credentials/did/public-jwk.ts'
import { createResolver } from '../../main/credentials/did/resolver.ts'
import { generateIssuerKey, type IssuerKey } from '../../main/credentials/keys.ts'
import { startHttpsServer, type HttpsServer } from '../fixtures/https-server.ts'

let server: HttpsServer
let key: IssuerKey
let answer: RequestListener
const asked: string[] = []
beforeAll(async () => {
  key = await generateIssuerKey()
  server = await startHttpsServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
})
afterAll(() => server.close())

const host = () => `localhost%3A${server.port}`
const clock = { now: () => Date.parse('2026-05-01T00:00:00Z') }
function resolve(did: string, options: HttpsGetOptions = {}) {
  const get = createHttpsGet({ ca: server.ca, privateAddresses: true, ...options })
  return createResolver({ fetch, get, clock }).resolve(did)
}
const says = (document: unknown, status = 200, headers: Record<string, string> = {}): RequestListener => {
  return (_request, response) => response.writeHead(status, headers).end(JSON.stringify(document))
}
const documentOf = (did: string, method: object = {}) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  verificationMethod: [
    { id: '#k1', type: 'JsonWebKey', controller: did, publicKeyJwk: key.publicJwk, ...method },
    { id: `${did}#k2`, type: 'RsaVerificationKey2018', controller: did, publicKeyPem: 'x' },
  ],
  assertionMethod: ['#k1', `${did}#k2`],
})

describe('did:web', () => {
  it.each([
    ['', '/.well-known/did.json'],
    [':issuers:institute', '/issuers/institute/did.json'],
  ])('with the path %j is read from %s', async (path, url) => {
    const did = `did:web:${host()}${path}`
    answer = says(documentOf(did))
    const { document, checked } = (await resolve(did))._unsafeUnwrap()
    expect(asked.at(-1)).toBe(url)
    expect(document).toEqual({ id: did, keys: [{ id: `${did}#k1`, jwk: key.publicJwk }] })
    expect(checked).toEqual({ by: 'web', at: '2026-05-01T00:00:00.000Z' })
  })

  it('takes keys as Multikey and inside of the purpose, and none that it is not for', async () => {
    const did = `did:web:${host()}`
    const method = {
      ...{ id: `${did}#m`, type: 'Multikey', controller: did },
      publicKeyMultibase: multikeyOf(key.publicJwk),
    }
    answer = says({ id: did, assertionMethod: [method] })
    expect((await resolve(did))._unsafeUnwrap().document.keys).toHaveLength(1)
    answer = says({ id: did, verificationMethod: [method], authentication: [method.id] })
    expect((await resolve(did))._unsafeUnwrap().document.keys).toEqual([])
    answer = says({ id: did, assertionMethod: [{ ...method, controller: 'did:web:other.example' }] })
    expect((await resolve(did))._unsafeUnwrap().document.keys).toEqual([])
  })

  it.each<[string, () => RequestListener, string]>([
    ['is of another DID', () => says(documentOf('did:web:other.example')), 'unfit'],
    ['is no document', () => (_request, response) => response.end('<html>'), 'unfit'],
    ['sends elsewhere', () => says({}, 302, { location: 'https://localhost/' }), 'refused'],
    ['says no', () => says({}, 404), 'refused'],
    ['has broken down', () => says({}, 503), 'unreachable'],
    ['talks without end', () => (_request, response) => response.end('x'.repeat(70_000)), 'refused'],
    ['hangs up', () => (_request, response) => response.destroy(), 'unreachable'],
  ])('is not believed where its server %s', async (_what, listener, trouble) => {
    answer = listener()
    expect((await resolve(`did:web:${host()}`))._unsafeUnwrapErr()).toBe(trouble)
  })

  it('gives up on a server that says nothing', async () => {
    answer = () => undefined
    expect((await resolve(`did:web:${host()}`, { timeoutMs: 150 }))._unsafeUnwrapErr()).toBe('unreachable')
  })

  it('does not knock at the doors of its own network, and believes no certificate that nobody vouches for', async () => {
    answer = says(documentOf(`did:web:${host()}`))
    const before = asked.length
    expect((await resolve(`did:web:${host()}`, { privateAddresses: false }))._unsafeUnwrapErr()).toBe(
      'refused',
    )
    const get = createHttpsGet({ privateAddresses: true })
    const stranger = await createResolver({ fetch, get, clock }).resolve(`did:web:${host()}`)
    expect(stranger._unsafeUnwrapErr()).toBe('unreachable')
    expect(asked).toHaveLength(before)
  })
})
