import { afterEach, describe, expect, it, vi } from 'vitest'
import { documentLoader, NotBundledError } from '../../../main/credentials/document-loader.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { foundationalContext } from '../../../main/credentials/z-foundational.ts'

afterEach(() => vi.unstubAllGlobals())

describe('document loader', () => {
  it.each([
    'https://www.w3.org/ns/credentials/v2',
    'https://w3id.org/security/data-integrity/v2',
    'https://w3id.org/security/multikey/v1',
    foundationalContext,
  ])('has %s', async (url) => {
    expect((await documentLoader(url)).document).toHaveProperty('@context')
  })

  it('resolves did:key and did:jwk from themselves', async () => {
    const { did, keyId, publicJwk } = await generateIssuerKey()
    expect((await documentLoader(did)).document).toMatchObject({ id: did, assertionMethod: [keyId] })
    expect((await documentLoader(keyId)).document).toMatchObject({ id: keyId, controller: did })
    const jwk = `did:jwk:${Buffer.from(JSON.stringify(publicJwk)).toString('base64url')}`
    expect((await documentLoader(jwk)).document).toMatchObject({ id: jwk, authentication: [`${jwk}#0`] })
  })

  it.each([
    'https://www.w3.org/ns/credentials/examples/v2',
    'https://w3id.org/citizenship/v4rc1',
    'http://www.w3.org/ns/credentials/v2',
    'https://w3id.org/bhutan-id/foundational/v1/',
    'https://w3id.org/bhutan-id/foundational/v1?',
    'did:web:example.org',
    'did:ethr:0x00',
    'file:///etc/passwd',
    'urn:uuid:0',
    '__proto__',
    'constructor',
    '',
  ])('refuses %j by name, and fetches nothing', async (url) => {
    const fetched = vi.fn()
    vi.stubGlobal('fetch', fetched)
    await expect(documentLoader(url)).rejects.toBeInstanceOf(NotBundledError)
    expect(fetched).not.toHaveBeenCalled()
  })

  it('refuses a did:jwk that carries more than a key', async () => {
    await expect(documentLoader(`did:jwk:${'A'.repeat(600)}`)).rejects.toBeInstanceOf(NotBundledError)
  })

  it.each([
    [foundationalContext, 'cid'],
    ['https://www.w3.org/ns/credentials/v2', 'VerifiableCredential'],
  ])('lets no caller change what a term of %s means for the next', async (url, term) => {
    const { document } = await documentLoader(url)
    expect(() =>
      Object.assign(Object(document)['@context'], { [term]: 'https://example.org/other' }),
    ).toThrow()
  })

  it('lets no caller change a key that it resolved', async () => {
    const { did } = await generateIssuerKey()
    const { document } = await documentLoader(did)
    expect(() => Object.assign(Object(document), { assertionMethod: [] })).toThrow()
    expect((await documentLoader(did)).document).toMatchObject({ assertionMethod: [expect.any(String)] })
  })
})
