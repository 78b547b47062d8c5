/** Codes from outside: what each is, and that nothing a camera may see breaks the phone. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPresentationRequest } from '../../../main/credentials/presentation-request.ts'
import { collectOffer, openOffer } from '../../../renderer/phone/protocol/collect-offer.ts'
import { createHolderKeys, holderOf } from '../../../renderer/phone/protocol/holder.ts'
import { readOfferCode } from '../../../renderer/phone/protocol/offer-code.ts'
import { readPairing } from '../../../renderer/phone/protocol/pairing-code.ts'
import { reachThroughPage } from '../../../renderer/phone/protocol/reach-issuer.ts'
import { kindOfCode } from '../../../renderer/phone/protocol/read-code.ts'
import { checkVerifier } from '../../../renderer/phone/protocol/verifier.ts'
import type { ClaimName } from '../../../main/credentials/z-foundational.ts'
import { readRequest } from '../../../renderer/phone/protocol/request-code.ts'

const asked = createPresentationRequest({
  id: 'a1',
  claims: ['ageOver18', 'gewog'],
  clock: { now: () => 0 },
  random: (bytes) => randomBytes(bytes),
})

describe('a code', () => {
  it.each([
    ['btkiosk:pair:1:x?n=y', 'pairing'],
    ['BTKIOSK:H1:AAAAAAAAAAAA:00', 'hand-over'],
    ['UR:BTKIOSK-H1/1-2/AEAE', 'hand-over'],
    ['openid-credential-offer://?credential_offer=%7B%7D', 'offer'],
    ['openid4vp://?client_id=x', 'request'],
    ['https://example.org', 'unknown'],
    ['btkiosk:holder:1:x#y', 'unknown'],
    ['', 'unknown'],
  ])('%s is: %s', (text, kind) => {
    expect(kindOfCode(text)).toBe(kind)
  })
  it('that is noise after a good beginning is a failure and nothing worse', () => {
    const noise = fc.oneof(fc.string({ maxLength: 400 }), fc.webQueryParameters())
    fc.assert(
      fc.property(noise, (text) => {
        expect(readPairing(`btkiosk:pair:1:${text}`).isErr()).toBe(true)
        expect(readOfferCode(`openid-credential-offer://?${text}`).isErr()).toBe(true)
        expect(readRequest(`openid4vp://?${text}`).isErr()).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
  it.each([readPairing, readOfferCode, readRequest])('that is far too long is not even looked at', (read) => {
    expect(read('x'.repeat(1_000_000)).isErr()).toBe(true)
  })
})

describe('a question', () => {
  const changed = (change: (said: URLSearchParams) => void) => {
    const said = new URLSearchParams(asked.text.slice(asked.text.indexOf('?') + 1))
    change(said)
    return readRequest(`openid4vp://?${said.toString()}`).match(
      () => 'read',
      ({ code }) => code,
    )
  }
  it('of the kiosk is read: whom the answer is for, and which fields', () => {
    expect(readRequest(asked.text)._unsafeUnwrap()).toMatchObject({
      clientId: asked.clientId,
      nonce: asked.nonce,
      answer: { by: 'code', redirect: asked.redirectUri },
      queryId: 'sd',
      fields: ['ageOver18', 'gewog'],
    })
  })
  it.each<[string, (said: URLSearchParams) => void, string]>([
    ['as it is', () => undefined, 'read'],
    [
      'whose answer would go elsewhere',
      (said) => said.set('client_id', 'redirect_uri:https://evil.example'),
      'request.unsuited',
    ],
    [
      'signed for a name nobody checked',
      (said) => said.set('client_id', 'x509_san_dns:a.example'),
      'request.unsuited',
    ],
    ['without a nonce', (said) => said.delete('nonce'), 'code.broken'],
    ['with a short nonce', (said) => said.set('nonce', 'abc'), 'code.broken'],
    ['without a query', (said) => said.set('dcql_query', '{}'), 'request.unsuited'],
    [
      'that posts to another place than it names',
      (said) => {
        said.set('response_mode', 'direct_post')
        said.set('client_id', 'redirect_uri:https://a.example/x')
        said.set('response_uri', 'https://b.example/x')
      },
      'request.unsuited',
    ],
  ])('%s', (_what, change, code) => {
    expect(changed(change)).toBe(code)
  })
})

describe('who asks and why', () => {
  const from = (fields: readonly ClaimName[], asker?: { office: string; purpose: string }) => {
    const said = createPresentationRequest({
      id: 'a1',
      claims: fields,
      clock: { now: () => 0 },
      random: (bytes) => randomBytes(bytes),
      ...(asker && { asker }),
    })
    return checkVerifier(readRequest(said.text)._unsafeUnwrap()).match(
      (verifier) => verifier,
      (failure) => failure,
    )
  }
  const office = 'ཐིམ་ཕུ་ & Thromde'
  it('is what the question says, for what the purpose needs and no more', () => {
    expect(from(['ageOver18'], { office, purpose: 'prove-adult' })).toEqual({
      office,
      purpose: 'prove-adult',
    })
    expect(from(['gewog', 'dzongkhag'], { office, purpose: 'prove-residence' })).toMatchObject({ office })
    const tooMuch = { code: 'request.too-much', detail: { fields: 'cid,dateOfBirth' } }
    expect(from(['cid', 'ageOver18', 'dateOfBirth'], { office, purpose: 'prove-adult' })).toEqual(tooMuch)
  })
  it('may be left unsaid, or be for a purpose that nobody here knows; the citizen is told', () => {
    const unsaid = { office: undefined, purpose: undefined }
    expect(from(['cid'])).toEqual(unsaid)
    expect(from(['cid'], { office: '', purpose: 'sell-things' })).toEqual(unsaid)
    expect(from(['cid'], { office: 'x'.repeat(81), purpose: 'identify' })).toEqual({ code: 'code.broken' })
  })
})

describe('an offer', () => {
  const offer = {
    credential_issuer: 'http://127.0.0.1:9',
    credential_configuration_ids: ['x'],
    grants: {
      'urn:ietf:params:oauth:grant-type:pre-authorized_code': { 'pre-authorized_code': 'c', tx_code: {} },
    },
  }
  const uri = (said: object) =>
    `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(said))}`
  const page =
    (issuer: string): typeof fetch =>
    async (url) =>
      String(url).endsWith('/phone.json') ? Response.json({ issuer }) : new Response('', { status: 502 })

  it('that lies in the code itself needs no network to be read', async () => {
    const none = reachThroughPage('http://page/', () => Promise.reject(new TypeError('no network')))
    expect((await openOffer(uri(offer), none))._unsafeUnwrap()).toEqual({
      byValue: true,
      offer: { issuer: 'http://127.0.0.1:9', configurations: ['x'], code: 'c', digits: 6 },
    })
  })
  it('of another issuer is not followed; one whose issuer is silent can be tried again', async () => {
    const { offer: read } = (
      await openOffer(uri(offer), reachThroughPage('http://page/', page('http://x')))
    )._unsafeUnwrap()
    const holder = await holderOf(await createHolderKeys())
    const collected = async (issuer: string) =>
      (
        await collectOffer(read, '123456', {
          holder,
          now: () => 0,
          reach: reachThroughPage('http://page/', page(issuer)),
        })
      )._unsafeUnwrapErr().code
    expect(await collected('http://other.example')).toBe('offer.elsewhere')
    expect(await collected('http://127.0.0.1:9')).toBe('offer.unreachable')
  })
})
