/** The signed file on the card: believed when a trusted key signed it, and nothing else, whatever the bytes are. */
import { Sign1 } from '@auth0/cose'
import { decode, encode } from 'cborg'
import fc from 'fast-check'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { webcrypto } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkIdentityFile } from '../../../hardware/card/identity-file.ts'
import { cardFiles } from '../../../hardware/card/layout.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { forgeCard, personaliseCard } from '../../../hardware/simulators/card/personalise.ts'

let issuer: { privateJwk: JWK; publicJwk: JWK; publicKey: webcrypto.CryptoKey }
let other: typeof issuer
let file: Uint8Array

async function makeIssuer(): Promise<typeof issuer> {
  const pair = await generateKeyPair('ES256', { extractable: true })
  return {
    privateJwk: await exportJWK(pair.privateKey),
    publicJwk: await exportJWK(pair.publicKey),
    publicKey: pair.publicKey,
  }
}

const fileOf = (card: { files: ReadonlyMap<number, Uint8Array> }) =>
  card.files.get(cardFiles.identity.id) ?? new Uint8Array()

beforeAll(async () => {
  issuer = await makeIssuer()
  other = await makeIssuer()
  file = fileOf(
    await personaliseCard({
      claims: demoCitizen.claims,
      portraitJpeg: new Uint8Array(10),
      issuerKey: issuer.privateJwk,
    }),
  )
})

/** Signs by hand, so that what no library would make can be made. */
async function sign(
  payload: Uint8Array,
  protectedHeader: Uint8Array = encode(new Map([[1, -7]])),
): Promise<unknown[]> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = await webcrypto.subtle.importKey('jwk', issuer.privateJwk, algorithm, false, ['sign'])
  const signed = encode(['Signature1', protectedHeader, new Uint8Array(), payload])
  const signature = new Uint8Array(await webcrypto.subtle.sign(algorithm, key, signed))
  return [protectedHeader, new Map(), payload, signature]
}

const tag18 = (message: unknown) => Uint8Array.of(0xd2, ...encode(message))
const payload = (more: object = {}) =>
  encode({ v: 1, card: 'BT-1', issued: '2024-01-01T00:00:00Z', claims: { fullName: 'X' }, ...more })
const check = (bytes: Uint8Array) => checkIdentityFile(bytes, [issuer.publicJwk])

describe('a genuine file', () => {
  it('gives what the issuer signed', async () => {
    const identity = (await check(file))._unsafeUnwrap()
    expect(identity.claims).toEqual(demoCitizen.claims)
    expect(identity.portraitSha256).toHaveLength(32)
  })

  it('is one for another COSE library too', async () => {
    await Sign1.decode(file).verify(issuer.publicKey)
    await Sign1.decode(tag18(await sign(payload()))).verify(issuer.publicKey)
  })

  it('is found among several trusted keys, of which some are no keys of ours', async () => {
    const trusted: JWK[] = [
      {},
      { kty: 'RSA', n: 'AQ', e: 'AQAB' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
      other.publicJwk,
      issuer.publicJwk,
    ]
    expect((await checkIdentityFile(file, trusted)).isOk()).toBe(true)
  })
})

describe('a file that must not be believed', () => {
  it('is one that another key signed, or that nobody trusts', async () => {
    expect(await checkIdentityFile(file, [other.publicJwk])).toMatchObject({ error: 'card.bad-signature' })
    expect(await checkIdentityFile(file, [])).toMatchObject({ error: 'card.bad-signature' })
  })

  it('is one in which a letter of the name was changed', async () => {
    const card = await personaliseCard({ claims: demoCitizen.claims, issuerKey: issuer.privateJwk })
    expect(await check(fileOf(forgeCard(card)))).toMatchObject({ error: 'card.bad-signature' })
  })

  it('is one with any bit changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const changed = Uint8Array.from(file)
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect((await check(changed)).isErr()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each<[string, () => Promise<Uint8Array>]>([
    ['without its tag', async () => encode(await sign(payload()))],
    ['with another tag', async () => Uint8Array.of(0xd1, ...encode(await sign(payload())))],
    ['with bytes after its end', async () => Uint8Array.of(...tag18(await sign(payload())), 0)],
    ['of another algorithm', async () => tag18(await sign(payload(), encode(new Map([[1, -35]]))))],
    ['of no algorithm', async () => tag18(await sign(payload(), encode(new Map())))],
    [
      'with something critical',
      async () =>
        tag18(
          await sign(
            payload(),
            encode(
              new Map<number, unknown>([
                [1, -7],
                [2, [99]],
              ]),
            ),
          ),
        ),
    ],
    ['with five parts', async () => tag18([...(await sign(payload())), 1])],
    ['with a payload that is no map', async () => tag18(await sign(encode('hello')))],
    ['of a later version', async () => tag18(await sign(payload({ v: 2 })))],
    ['without claims', async () => tag18(await sign(payload({ claims: null })))],
    ['with a claim that is a list', async () => tag18(await sign(payload({ claims: { a: [] } })))],
    ['with a claim of 1 kB', async () => tag18(await sign(payload({ claims: { a: 'x'.repeat(1_000) } })))],
    ['with a short hash', async () => tag18(await sign(payload({ portraitSha256: new Uint8Array(31) })))],
    [
      'with a key twice',
      async () => {
        const twice = payload({ w: 1 })
        return tag18(
          await sign(
            Uint8Array.from(twice, (byte) => (byte === 'w'.charCodeAt(0) ? 'v'.charCodeAt(0) : byte)),
          ),
        )
      },
    ],
    ['of endless length', async () => tag18(await sign(Uint8Array.of(0xbf, 0xff)))],
    ['of arrays in arrays', () => Promise.resolve(new Uint8Array(16_000).fill(0x81))],
    ['longer than is read', () => Promise.resolve(new Uint8Array(cardFiles.identity.most + 1))],
    ['that is empty', () => Promise.resolve(new Uint8Array())],
  ])('is one %s', async (_what, make) => {
    expect(await check(await make())).toMatchObject({ error: 'card.unreadable' })
  })

  it('is any bytes at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        expect(await check(bytes)).toMatchObject({ error: 'card.unreadable' })
      }),
    )
  })

  it('is any well-formed COSE_Sign1 around any payload', async () => {
    const anyCbor = fc.anything({
      withNullPrototype: false,
      values: [fc.string(), fc.integer(), fc.boolean()],
    })
    await fc.assert(
      fc.asyncProperty(anyCbor, async (value) => {
        let inner
        try {
          inner = encode(value)
        } catch {
          return
        }
        expect((await check(tag18(await sign(inner)))).isErr()).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('does not reach the prototype through a claim', async () => {
    const claims = new Map<string, unknown>([
      ['__proto__', 'x'],
      ['fullName', 'X'],
    ])
    const identity = (await check(tag18(await sign(payload({ claims })))))._unsafeUnwrap()
    expect(Object.getPrototypeOf(identity.claims)).toBe(Object.prototype)
    expect(identity.claims['fullName']).toBe('X')
    expect(decode(file, { tags: { 18: (content) => content() } })).toHaveLength(4)
  })
})
