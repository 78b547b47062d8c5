/** Which key of which issuer was good when: by the signed list, and by what the kiosk has seen since. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { CheckedDocument, DidDocument } from '../../../main/credentials/did/z-did-document.ts'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { believedIssuers, type Believing } from '../../../main/trust/believed-issuers.ts'
import { zTrustList } from '../../../main/trust/z-trust.ts'

const web = 'did:web:issuer.example'
const ledger = 'did:ethr:0x539:0x0123456789012345678901234567890123456789'
const now = new Date('2026-06-01T00:00:00Z')
const issued = new Date('2026-05-01T00:00:00Z')

let old: IssuerKey
let fresh: IssuerKey
let stranger: IssuerKey
beforeAll(async () => {
  ;[old, fresh, stranger] = await Promise.all([generateIssuerKey(), generateIssuerKey(), generateIssuerKey()])
})

const keyOf = ({ publicJwk }: IssuerKey, id: string) => ({ id, jwk: publicJwk })
const list = (content: object) => zTrustList.parse({ issuers: [], ...content })
const believing = (content: object, more: Partial<Believing> = {}): Believing => ({
  ...{ own: old.did, list: list(content), issued, seen: new Map(), now },
  ...more,
})
function judge(given: Believing, asked: { issuer: string; keyId: string; at?: string }) {
  const { issuer, keyId, at = '2026-04-01T00:00:00Z' } = asked
  const result = believedIssuers(given).keyFor({ issuer, keyId, signedAt: new Date(at) })
  return result.isOk()
    ? (result.value.origin ?? 'good')
    : [result.error.code.replace('presentation.', ''), ...Object.values(result.error.detail ?? {})].join(' ')
}

describe('an issuer that is its own key', () => {
  /** the old key signed until March, the fresh one since */
  const rotated = (revoked: object = {}) =>
    believing({
      issuers: [
        {
          did: fresh.did,
          alsoKnownAs: [old.did],
          keys: [
            {
              ...keyOf(old, old.keyId),
              from: '2020-01-01T00:00:00Z',
              until: '2026-03-01T00:00:00Z',
              ...revoked,
            },
            { ...keyOf(fresh, fresh.keyId), from: '2026-02-01T00:00:00Z' },
          ],
        },
      ],
    })
  const byOld = (at: string) => ({ issuer: old.did, keyId: old.keyId, at })

  it('is believed before the first list has come, a stranger is not', () => {
    const { own, seen } = believing({})
    expect(judge({ own, seen, now }, { issuer: old.did, keyId: old.keyId })).toBe('good')
    expect(judge({ own, seen, now }, { issuer: stranger.did, keyId: stranger.keyId })).toBe('issuer-unknown')
  })

  it('is believed by the old key for what is older than its retirement', () => {
    expect(judge(rotated(), byOld('2026-02-01T00:00:00Z'))).toMatchObject({ seenBy: 'issuer', by: 'list' })
    expect(judge(rotated(), byOld('2026-03-02T00:00:00Z'))).toBe('issuer-key-revoked retired')
    expect(judge(rotated(), { issuer: fresh.did, keyId: fresh.keyId })).toMatchObject({ by: 'list' })
  })

  it('is not believed by a revoked key, whenever it signed', () => {
    const revoked = rotated({ revoked: '2026-05-01T00:00:00Z' })
    expect(judge(revoked, byOld('2021-01-01T00:00:00Z'))).toBe('issuer-key-revoked revoked')
    expect(judge(revoked, { issuer: fresh.did, keyId: fresh.keyId })).toMatchObject({ by: 'list' })
  })

  it('is not believed by a key that signed before it was there, or by a key of somebody else', () => {
    expect(judge(rotated(), { issuer: fresh.did, keyId: fresh.keyId, at: '2026-01-01T00:00:00Z' })).toBe(
      'issuer-key-unknown',
    )
    expect(judge(rotated(), { issuer: fresh.did, keyId: stranger.keyId })).toBe('issuer-key-unknown')
    expect(judge(rotated(), { issuer: fresh.did, keyId: old.keyId })).toBe('issuer-key-unknown')
  })

  it('is one issuer under all of its names', () => {
    const issuers = believedIssuers(rotated())
    expect(issuers.isSame(old.did, fresh.did)).toBe(true)
    expect(issuers.isSame(old.did, stranger.did)).toBe(false)
    expect(issuers.isSame(stranger.did, stranger.did)).toBe(true)
  })
})

describe('an issuer whose DID document is elsewhere', () => {
  const document = (keys: DidDocument['keys'], more: Partial<DidDocument> = {}) => ({
    ...{ id: ledger, keys },
    ...more,
  })
  const at = (block: number, said: DidDocument): CheckedDocument => ({
    document: said,
    checked: { by: 'ledger', at: '2026-05-01T00:00:00Z', block },
  })
  const id = `${ledger}#delegate-1`
  const good = () => document([keyOf(fresh, id)])
  const snapshot = (more: object = {}) =>
    believing({
      issuers: [{ did: ledger, name: 'Royal Institute of Management' }],
      documents: [{ did: ledger, ...at(10, good()) }],
      ...more,
    })
  const asked = { issuer: ledger, keyId: id }

  it('is believed by what the issuer of this kiosk saw, and says when and at which block', () => {
    expect(judge(snapshot(), asked)).toEqual({
      ...{ seenBy: 'issuer', by: 'ledger', block: 10 },
      at: '2026-05-01T00:00:00Z',
    })
    expect(judge(snapshot(), { issuer: ledger, keyId: '#delegate-1' })).toMatchObject({ block: 10 })
    expect(judge(snapshot(), { issuer: ledger, keyId: `${ledger}#delegate-2` })).toBe('issuer-key-unknown')
    expect(judge(snapshot(), { issuer: web, keyId: `${web}#0` })).toBe('issuer-unknown')
  })

  it('is not believed by a name alone, while nobody has seen its document', () => {
    expect(judge(snapshot({ documents: [] }), asked)).toBe('issuer-key-unknown')
  })

  it.each([
    ['the key is gone', () => document([]), 'issuer-key-revoked gone'],
    ['the DID is deactivated', () => document([], { deactivated: true }), 'issuer-key-revoked deactivated'],
  ])('is green no more when %s, as this kiosk has seen since', (_what, said, verdict) => {
    const seen = (block: number) => new Map([[ledger, at(block, said())]])
    expect(judge({ ...snapshot(), seen: seen(11) }, asked)).toBe(verdict)
    // What the kiosk saw before the issuer looked again says nothing.
    expect(judge({ ...snapshot(), seen: seen(9) }, asked)).toMatchObject({ seenBy: 'issuer', block: 10 })
  })

  it('a key that is stated by the issuer has to be in the document too', () => {
    const stated = (key: IssuerKey) => ({
      issuers: [{ did: ledger, keys: [{ ...keyOf(key, id), from: '2020-01-01T00:00:00Z' }] }],
    })
    expect(judge(snapshot(stated(fresh)), asked)).toMatchObject({ by: 'ledger' })
    expect(judge(snapshot(stated(stranger)), asked)).toBe('issuer-key-revoked gone')
  })

  it('nobody is believed by a list that is past its date', () => {
    const over = { until: '2026-05-22T00:00:00Z' }
    expect(judge(snapshot(over), asked)).toBe('trust-old 10')
    expect(judge(snapshot({ until: '2026-06-01T00:00:00Z' }), asked)).toMatchObject({ by: 'ledger' })
  })
})
