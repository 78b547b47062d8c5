/** Reading DIDs and their documents, which strangers write: the right ones, and whatever else may come. */
import { encode } from 'base58-universal'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateBlsKey } from '../../../main/credentials/bls.ts'
import { readDidEthr } from '../../../main/credentials/did/did-ethr.ts'
import { urlOfDidWeb } from '../../../main/credentials/did/did-web.ts'
import { documentOfOwnKey } from '../../../main/credentials/did/own-key.ts'
import { isPublicAddress } from '../../../main/credentials/did/private-addresses.ts'
import { jwkOfMultikey, multikeyOf } from '../../../main/credentials/did/public-jwk.ts'
import { readDocument } from '../../../main/credentials/did/read-document.ts'
import { createResolver } from '../../../main/credentials/did/resolver.ts'
import { generateEd25519Key } from '../../../main/credentials/ed25519.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'

describe('a DID that is its own key', () => {
  it.each([
    ['P-256', generateIssuerKey],
    ['Ed25519', generateEd25519Key],
    ['Bls12381G2', generateBlsKey],
  ])('did:key of %s says the same as the library that made it', async (crv, generate) => {
    const { did, keyId, privateJwk } = await generate()
    const [key] = documentOfOwnKey(did)?.keys ?? []
    expect(key).toMatchObject({ id: keyId, jwk: { crv, x: privateJwk.x } })
    expect(key && `did:key:${multikeyOf(key.jwk)}`).toBe(did)
  })

  it('did:jwk of P-256 and Ed25519, and neither a private key nor one for sealing', async () => {
    const didOf = (jwk: object) => `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`
    const { publicJwk, privateJwk } = await generateIssuerKey()
    const did = didOf({ ...publicJwk, kid: 'x', alg: 'ES256' })
    expect(documentOfOwnKey(did)).toEqual({ id: did, keys: [{ id: `${did}#0`, jwk: publicJwk }] })
    expect(documentOfOwnKey(didOf(privateJwk))).toBeUndefined()
    expect(documentOfOwnKey(didOf({ ...publicJwk, use: 'enc' }))).toBeUndefined()
    expect(documentOfOwnKey(didOf({ ...publicJwk, crv: 'P-384' }))).toBeUndefined()
  })

  it('is nothing where its key is no point of the curve', () => {
    const beyond = encode(Uint8Array.from([0x80, 0x24, 2, ...new Uint8Array(32).fill(0xff)]))
    expect(documentOfOwnKey(`did:key:z${beyond}`)).toBeUndefined()
  })
})

describe('did:web', () => {
  it.each([
    ['did:web:example.bt', 'https://example.bt/.well-known/did.json'],
    ['did:web:example.bt%3A8443', 'https://example.bt:8443/.well-known/did.json'],
    ['did:web:example.bt:issuers:one', 'https://example.bt/issuers/one/did.json'],
    ['did:web:127.0.0.1', undefined],
    ['did:web:0x7f000001', undefined],
    ['did:web:2130706433', undefined],
    ['did:web:example.bt%3A', undefined],
    ['did:web:example.bt%2Fetc', undefined],
    ['did:web:user%40example.bt', undefined],
    ['did:web:example.bt:..:etc', undefined],
    ['did:web:example.bt:%2E%2E', undefined],
    ['did:web:example.bt:a%2Fb', undefined],
    ['did:web:example.bt::a', undefined],
    ['did:web:', undefined],
    [`did:web:example.bt:${'a'.repeat(400)}`, undefined],
  ])('%s is at %s', (did, url) => {
    expect(urlOfDidWeb(did)?.href).toBe(url)
  })

  it.each([
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.31.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['64:ff9b::7f00:1', false],
    ['nonsense', false],
    ['8.8.8.8', true],
    ['::ffff:8.8.8.8', true],
    ['2606:4700::1111', true],
  ])('of the address %s it is %s that it is public', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic)
  })
})

it.each([
  ['did:ethr:0x0123456789012345678901234567890123456789', { network: undefined }],
  ['did:ethr:0x539:0x0123456789012345678901234567890123456789', { network: '0x539' }],
  ['did:ethr:sepolia:0x0123456789012345678901234567890123456789', { network: 'sepolia' }],
  [`did:ethr:0x02${'ab'.repeat(32)}`, { identifier: `0x02${'ab'.repeat(32)}` }],
  ['did:ethr:0x01234567890123456789012345678901234567', undefined],
  ['did:ethr:0x0123456789012345678901234567890123456789?versionId=1', undefined],
  ['did:ethr:a b:0x0123456789012345678901234567890123456789', undefined],
])('%s is read as %j', (did, read) => {
  if (read) expect(readDidEthr(did)).toMatchObject(read)
  else expect(readDidEthr(did)).toBeUndefined()
})

describe('what a stranger writes', () => {
  const get = () => Promise.reject(new Error('nothing is asked for such a name'))
  const fetch = get
  const resolver = createResolver({ fetch, get, clock: { now: () => 0 } })
  const parts = fc.constantFrom(
    'did:',
    'key:',
    'jwk:',
    'ethr:',
    'z',
    'zDn',
    '#',
    '0x',
    '%',
    '..',
    '1',
    'é',
    '\u0000',
  )
  const almost = fc.array(fc.oneof(parts, fc.string({ maxLength: 20 })), { maxLength: 12 })

  it('is a DID with its key, or a trouble, and never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(almost, async (pieces) => {
        const did = `did:${pieces.join('')}`
        if (did.startsWith('did:web:')) return
        const result = await resolver.resolve(did)
        expect(result.isErr() || result.value.document.id === did).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('never makes an address of a did:web that is not below the host that it names', () => {
    const more = fc.array(fc.oneof(parts, fc.constantFrom(':', '@', '%2F', '%3A', '/', 'a.bt')), {
      maxLength: 10,
    })
    fc.assert(
      fc.property(more, (pieces) => {
        const url = urlOfDidWeb(`did:web:example.bt${pieces.join('')}`)
        if (!url) return
        expect(url.protocol).toBe('https:')
        expect(url.hostname.startsWith('example.bt')).toBe(true)
        expect(url.username + url.search + url.hash).toBe('')
        expect(url.pathname.endsWith('/did.json')).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('is a document of that DID, or none', () => {
    const did = 'did:web:example.bt'
    const method = fc.record(
      {
        id: fc.oneof(fc.constant('#a'), fc.string()),
        type: fc.constantFrom('Multikey', 'JsonWebKey', 'Ed25519VerificationKey2018'),
        controller: fc.oneof(fc.constant(did), fc.string()),
        publicKeyJwk: fc.object(),
        publicKeyMultibase: fc.oneof(fc.string(), fc.constant('z6Mk')),
        publicKeyBase58: fc.string(),
        publicKeyHex: fc.string(),
      },
      { requiredKeys: [] },
    )
    const document = fc.record(
      {
        id: fc.oneof(fc.constant(did), fc.string()),
        verificationMethod: fc.oneof(fc.array(method), fc.anything()),
        assertionMethod: fc.oneof(fc.array(fc.oneof(fc.constant('#a'), method)), fc.anything()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(document, (raw) => {
        const read = readDocument(raw, did)
        expect(read === undefined || read.id === did).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('is no key where it is no Multikey of a kind that signs here', () => {
    fc.assert(
      fc.property(fc.string(), (text) => jwkOfMultikey(`z${text}`) === undefined),
      { numRuns: 300 },
    )
  })
})
