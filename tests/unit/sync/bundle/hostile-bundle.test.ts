/** Whatever somebody puts on a stick: read with limits, believed by signature and hash, or refused by its cause. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { CompactSign, importJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readHead, verifyHead } from '../../../../sync/bundle/bundle-head.ts'
import { openBundle } from '../../../../sync/bundle/open-bundle.ts'
import { bundlesOn, volumesIn } from '../../../../sync/bundle/read-stick.ts'
import { bundleLimits } from '../../../../sync/bundle/z-bundle.ts'
import { bundleWorld, keyPair, type BundleWorld } from './bundle-world.ts'

let world: BundleWorld
beforeAll(async () => {
  world = await bundleWorld([900, 80], 4_000)
})
beforeEach(() => world.fresh())
afterAll(() => world.end())

const at = (...names: string[]) => join(world.stick, 'IDKIOSK', ...names)
const text = () => Buffer.from(world.composed.head).toString('latin1')
async function signed(said: unknown, typ = 'btkiosk-bundle') {
  const key = await importJWK(world.kiosk.privateJwk, 'ES256')
  const bytes = new TextEncoder().encode(JSON.stringify(said))
  return Buffer.from(await new CompactSign(bytes).setProtectedHeader({ alg: 'ES256', typ }).sign(key))
}
const asIssuer = () => ({ issuer: world.issuer.publicJwk, kiosk: async () => world.kiosk.publicJwk })
const asKiosk = () => ({ issuer: world.issuer.publicJwk })
const faultOf = async (bytes: Uint8Array, who = asIssuer()) =>
  (await verifyHead(bytes, who)).match(
    () => 'believed',
    (fault) => fault,
  )

describe('a head', () => {
  it('is believed by the issuer, which knows the kiosk, and by another kiosk, by the certificate', async () => {
    expect((await verifyHead(world.composed.head, asIssuer())).isOk()).toBe(true)
    expect((await verifyHead(world.composed.head, asKiosk())).isOk()).toBe(true)
    const { certificate: _none, ...without } = world.head
    expect((await verifyHead(await signed(without), asIssuer())).isOk()).toBe(true)
    expect((await verifyHead(await signed(without), asKiosk()))._unsafeUnwrapErr()).toBe('signature')
  })

  it.each([
    ['of another kiosk’s number under this certificate', { kiosk: 'kiosk-008' }, 'signature'],
    ['with a certificate that is none', { certificate: 'x.y.z' }, 'signature'],
    ['of a form that is newer than this program', { form: 2, volumes: 'otherwise' }, 'version'],
    ['with a path for a name', { bundle: '../../ETC' }, 'unreadable'],
    [
      'with a volume beyond the limit',
      { volumes: [{ bytes: 4_194_305, sha256: '0'.repeat(64) }] },
      'unreadable',
    ],
    ['with a volume of a negative size', { volumes: [{ bytes: -1, sha256: '0'.repeat(64) }] }, 'unreadable'],
    ['without volumes', { volumes: [] }, 'unreadable'],
    [
      'with a volume that is longer than the first',
      { volumes: [5, 6].map((bytes) => ({ bytes, sha256: '0'.repeat(64) })) },
      'unreadable',
    ],
    ['of an unknown kind', { kind: 'orders' }, 'unreadable'],
  ])('%s is refused', async (_what, change, fault) => {
    const answer = await verifyHead(await signed({ ...world.head, ...change }), asKiosk())
    expect(answer._unsafeUnwrapErr()).toBe(fault)
  })

  it('signed by somebody else, as another thing, or in another algorithm, is refused', async () => {
    const other = await keyPair()
    const stranger = { issuer: world.issuer.publicJwk, kiosk: async () => other.publicJwk }
    expect(await faultOf(world.composed.head, stranger)).toBe('signature')
    const unknown = { issuer: world.issuer.publicJwk, kiosk: async () => undefined as never }
    expect(await faultOf(world.composed.head, unknown)).toBe('signature')
    expect(await faultOf(await signed(world.head, 'btkiosk-kiosk'))).toBe('signature')
    const [, payload = ''] = text().split('.')
    const none = `${Buffer.from('{"alg":"none","typ":"btkiosk-bundle"}').toString('base64url')}.${payload}.`
    expect(await faultOf(Buffer.from(none))).toBe('signature')
    // Receipts are the issuer’s to write: a kiosk’s own signature does not do.
    expect(await faultOf(await signed({ ...world.head, kind: 'receipts' }))).toBe('signature')
  })

  it('with any byte changed is not believed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(world.composed.head.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (n, by) => {
          const bytes = Buffer.from(world.composed.head)
          bytes[n] = (bytes[n] ?? 0) ^ by
          const answer = await verifyHead(bytes, asIssuer())
          // The last letters of base64url may differ without another meaning.
          if (answer.isOk()) expect(answer.value).toEqual(world.head)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('of any bytes at all is answered, and never thrown at', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readHead(bytes).isErr()))
    fc.assert(
      fc.property(fc.json(), (json) => {
        const bytes = Buffer.from(`e30.${Buffer.from(json).toString('base64url')}.x`)
        expect(readHead(bytes).isErr()).toBe(true)
      }),
    )
    expect(readHead(Buffer.alloc(bundleLimits.headBytes + 1))._unsafeUnwrapErr()).toBe('unreadable')
  })
})

describe('what is sealed', () => {
  it('opens for nobody else', async () => {
    const other = await keyPair()
    const answer = await openBundle(world.head, other.privateJwk, async () => undefined)
    expect(answer._unsafeUnwrapErr()).toBe('foreign')
  })

  it('in volumes of any bytes is answered by its cause', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), async (bytes) => {
        const answer = await world.open(async () => bytes)
        expect(answer.isErr() && ['index', 'unreadable'].includes(answer.error)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a stick', () => {
  it('with links, pipes, other names, long heads and stray files is read without harm', async () => {
    mkdirSync(at(), { recursive: true })
    writeFileSync(at('README.TXT'), 'x')
    mkdirSync(at('not-ours'))
    symlinkSync('/etc', at('AAAAAAAA'))
    mkdirSync(at('BBBBBBBB'))
    symlinkSync('/etc/passwd', at('BBBBBBBB', 'HEAD.JWS'))
    mkdirSync(at('CCCCCCCC'))
    execFileSync('mkfifo', [at('CCCCCCCC', 'HEAD.JWS')])
    mkdirSync(at('DDDDDDDD'))
    writeFileSync(at('DDDDDDDD', 'HEAD.JWS'), '')
    truncateSync(at('DDDDDDDD', 'HEAD.JWS'), 50_000_000_000)
    mkdirSync(at('EEEEEEEE'))
    const found = await bundlesOn(world.stick)
    expect(found.map((one) => [one.name, 'fault' in one && one.fault]).sort()).toEqual(
      ['BBBBBBBB', 'CCCCCCCC', 'DDDDDDDD', 'EEEEEEEE'].map((name) => [name, 'unreadable']),
    )
  })

  it('with a bundle under another’s name does not pass it off as that', async () => {
    mkdirSync(at('ZZZZZZZZ'), { recursive: true })
    writeFileSync(at('ZZZZZZZZ', 'HEAD.JWS'), world.composed.head)
    expect(await bundlesOn(world.stick)).toMatchObject([{ fault: 'unreadable' }])
  })

  it('with a link or a longer file for a volume gives no volume', async () => {
    await world.write()
    const reader = volumesIn(at(world.composed.name), world.head)
    expect(await reader(0)).toBeDefined()
    truncateSync(world.volumePath(0), 9_000_000_000)
    expect(await reader(0)).toBeUndefined()
    expect(await reader(1)).toBeUndefined()
    rmSync(world.volumePath(0))
    symlinkSync(at(world.composed.name, 'HEAD.JWS'), world.volumePath(0))
    expect(await reader(0)).toBeUndefined()
  })

  it('that is none, or has a link for our folder, holds nothing', async () => {
    expect(await bundlesOn(join(world.stick, 'nowhere'))).toEqual([])
    symlinkSync('/etc', at())
    expect(await bundlesOn(world.stick)).toEqual([])
  })
})
