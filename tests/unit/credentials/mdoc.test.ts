/** ISO mdoc: what is issued, what of it is shown and believed, and everything that is not. */
import { cborDecode, cborEncode, DataItem } from '@owf/mdoc'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { foundationalId } from '../../../main/credentials/foundational-id.ts'
import { issuedClaims } from '../../../main/credentials/issued-claims.ts'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { issueMdoc } from '../../../main/credentials/mdoc/issue-mdoc.ts'
import { verifyMdoc } from '../../../main/credentials/mdoc/verify-mdoc.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import type { ClaimName } from '../../../main/credentials/z-foundational.ts'
import { documentsOf, makeDocuments, type Documents } from '../../../sync/issuer/document-signer.ts'
import { presentMdoc, type MdocAnswer } from './mdoc-wallet.ts'
import { ask, claims, listUrl, noon, portrait } from './wallet.ts'

const did = 'did:key:zDnIssuer'
const dayMs = 86_400_000
const validFrom = new Date('2026-01-01T00:00:00Z')
const validUntil = new Date('2027-01-01T00:00:00Z')
let documents: Documents
let holder: IssuerKey
let issued: string

const issue = (by: Documents, dates = { validFrom, validUntil }) =>
  issueMdoc(
    {
      ...{ type: foundationalId, claims: issuedClaims({ ...claims, portrait }, validFrom), ...dates },
      ...{ holder: { jwk: holder.publicJwk }, status: { listUrl, index: 42 } },
    },
    by,
  )
beforeAll(async () => {
  documents = documentsOf(await makeDocuments(undefined, validFrom.getTime()))
  holder = await generateIssuerKey()
  issued = await issue(documents)
})

const names: ClaimName[] = ['dateOfBirth', 'ageOver18', 'portrait', 'fullNameDzongkha']

interface Judge extends MdocAnswer {
  credential?: string
  by?: IssuerKey
  roots?: Documents
  at?: number
  bend?: (response: Decoded) => void
}

/** As the library decodes it: maps, and items that are bytes within. */
interface Decoded {
  document: Map<string, unknown>
  issuerSigned: Map<string, unknown>
  items: DataItem<Map<string, unknown>>[]
}

function bent(response: string, bend: (decoded: Decoded) => void): string {
  const whole: Map<string, unknown> = cborDecode(new Uint8Array(Buffer.from(response, 'base64url')))
  const [document] = [whole.get('documents')].flat()
  const issuerSigned = Object(document).get('issuerSigned')
  const items = issuerSigned.get('nameSpaces').get(foundationalId.namespace)
  bend({ document: Object(document), issuerSigned, items })
  return Buffer.from(cborEncode(whole)).toString('base64url')
}

async function verdict(judge: Judge = {}) {
  const { credential = issued, by = holder, roots = documents, at = noon, bend, ...wish } = judge
  const asked = ask(names, at)
  const response = await presentMdoc(credential, by, asked, wish)
  const result = await verifyMdoc(bend ? bent(response, bend) : response, {
    ...{ asked, now: new Date(at) },
    trustedIssuers: trustDids([], [{ did, certificate: roots.root }]),
  })
  return result.match(
    (shown) => shown,
    ({ code, detail }) => [code, detail?.['reason']].filter(Boolean).join(' '),
  )
}

describe('an mdoc', () => {
  it('shows what was asked for, in the words of the other formats', async () => {
    expect(await verdict()).toEqual({
      claims: {
        dateOfBirth: '1990-02-14',
        ageOver18: true,
        portrait,
        fullNameDzongkha: claims.fullNameDzongkha,
      },
      ...{ issuer: did, holder: holder.did, status: { listUrl, index: 42 } },
    })
  })

  it('gives digests no order that tells which claims there are', async () => {
    const orders = await Promise.all([1, 2, 3].map(() => issue(documents)))
    const idsOf = (text: string) =>
      Object(cborDecode(new Uint8Array(Buffer.from(text, 'base64url'))))
        .get('nameSpaces')
        .get(foundationalId.namespace)
        .map((item: DataItem<Map<string, unknown>>) => item.data.get('elementIdentifier'))
        .join()
    expect(new Set(orders.map(idsOf)).size).toBeGreaterThan(1)
  })
})

describe('is refused', () => {
  const replaceItem =
    (change: (item: Map<string, unknown>) => void) =>
    ({ items }: Decoded) => {
      const [first] = items
      if (!first) throw new TypeError('an item')
      const data = new Map(first.data)
      change(data)
      items[0] = DataItem.fromData(data)
    }
  it.each<[string, () => Judge | Promise<Judge>, string]>([
    [
      'another phone',
      async () => ({ by: await generateIssuerKey() }),
      'presentation.holder-mismatch signature',
    ],
    [
      'an answer to another request',
      () => ({ nonce: 'yesterday' }),
      'presentation.holder-mismatch signature',
    ],
    [
      'an answer to somebody else',
      () => ({ audience: 'redirect_uri:x' }),
      'presentation.holder-mismatch signature',
    ],
    ['a claim too many', () => ({ show: [...names, 'cid'] }), 'presentation.too-much'],
    ['a claim too few', () => ({ show: names.slice(1) }), 'presentation.claim-missing'],
    [
      'a foreign root',
      async () => ({ roots: documentsOf(await makeDocuments(undefined, validFrom.getTime())) }),
      'presentation.issuer-unknown',
    ],
    ['an expired one', () => ({ at: validUntil.getTime() + dayMs }), 'presentation.expired over'],
    [
      'one that is not valid yet',
      async () => ({
        credential: await issue(documents, { validFrom: new Date(noon + dayMs), validUntil }),
      }),
      'presentation.expired not-yet',
    ],
    [
      'a changed element',
      () => ({ bend: replaceItem((item) => item.set('elementValue', 'Dasho')) }),
      'presentation.bad-signature',
    ],
    [
      'an element under the number of another',
      () => ({ bend: replaceItem((item) => item.set('digestID', 14)) }),
      'presentation.bad-signature',
    ],
    [
      'an element twice',
      () => ({ bend: ({ items }) => void items.push(...items.slice(0, 1)) }),
      'presentation.unreadable',
    ],
    [
      'a changed digest',
      () => ({
        bend({ issuerSigned }) {
          const auth = issuerSigned.get('issuerAuth')
          if (!Array.isArray(auth)) throw new TypeError('issuerAuth')
          const payload = Buffer.from(auth[2])
          // A digest is a string of 32 bytes.
          const at = payload.indexOf(Buffer.from([0x58, 0x20])) + 2
          payload.writeUInt8(payload.readUInt8(at) ^ 1, at)
          auth[2] = new Uint8Array(payload)
        },
      }),
      'presentation.bad-signature',
    ],
    [
      'another kind of document',
      () => ({ bend: ({ document }) => void document.set('docType', 'org.iso.18013.5.1.mDL') }),
      'presentation.unreadable',
    ],
    [
      'no signature of the phone',
      () => ({
        bend: ({ document }) => void Object(document.get('deviceSigned')).get('deviceAuth').clear(),
      }),
      'presentation.holder-mismatch signature',
    ],
  ])('%s', async (_name, judge, code) => {
    expect(await verdict(await judge())).toBe(code)
  })

  it.each([
    ['a record of cbor-x', 'd9dfff8301816161f6'],
    ['a pointer of cbor-x', 'd81c81d81d00'],
    ['a JavaScript object by its name', 'd81b8265456d61707366'],
    ['an array without an end', '9fff'],
    ['the same key twice', 'a2616101616102'],
    ['ten thousand arrays', '81'.repeat(6_000)],
  ])('%s, wherever it stands', async (_name, hex) => {
    const asked = ask(names)
    const trustedIssuers = trustDids([], [{ did, certificate: documents.root }])
    const hostile = Buffer.from(hex, 'hex')
    const good = Buffer.from(await presentMdoc(issued, holder, asked), 'base64url')
    // In the place of the status, the last of the whole.
    const within = Buffer.concat([good.subarray(0, good.lastIndexOf('status') + 6), hostile])
    for (const bytes of [hostile, within]) {
      const context = { asked, trustedIssuers, now: new Date(noon) }
      const result = await verifyMdoc(bytes.toString('base64url'), context)
      expect(result._unsafeUnwrapErr().code).toBe('presentation.unreadable')
    }
  })

  it('whatever the bytes are, and never with an exception', async () => {
    const asked = ask(names)
    const good = Buffer.from(await presentMdoc(issued, holder, asked), 'base64url')
    const context = {
      ...{ asked, now: new Date(noon) },
      trustedIssuers: trustDids([], [{ did, certificate: documents.root }]),
    }
    const flipped = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, by]) => Buffer.from(good.map((byte, here) => (here === at ? byte ^ by : byte))))
    const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
    await fc.assert(
      fc.asyncProperty(fc.oneof(flipped, noise), async (bytes) => {
        const result = await verifyMdoc(bytes.toString('base64url'), context)
        const shown = result.isOk() ? result.value.claims : undefined
        // A bit in a name that nothing signs may change; what is believed may not.
        if (shown) expect(shown).toEqual((await verdictOf(good, context))._unsafeUnwrap().claims)
      }),
      { numRuns: 150 },
    )
    expect((await verifyMdoc('A'.repeat(20_000), context)).isErr()).toBe(true)
  })
})

const verdictOf = (good: Buffer, context: Parameters<typeof verifyMdoc>[1]) =>
  verifyMdoc(good.toString('base64url'), context)

describe('the document signer', () => {
  it('is kept while it lasts, then made anew under the same root', async () => {
    const now = validFrom.getTime()
    const first = await makeDocuments(undefined, now)
    expect(await makeDocuments(first, now + 600 * dayMs)).toBe(first)
    const second = await makeDocuments(first, now + 800 * dayMs)
    expect(second.root).toEqual(first.root)
    expect(second.signer.certificate).not.toBe(first.signer.certificate)
    const at = now + 801 * dayMs
    const dates = { validFrom: new Date(at - dayMs), validUntil: new Date(at + dayMs) }
    const credential = await issue(documentsOf(second), dates)
    expect(await verdict({ credential, at, roots: documentsOf(first) })).toHaveProperty('issuer', did)
  })
})
