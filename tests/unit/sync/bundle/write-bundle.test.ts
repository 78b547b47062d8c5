/** A bundle on a stick: written, pulled out at any byte, taken up again, and never believed but by its hash. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PayloadGone } from '../../../../sync/bundle/bundle-stream.ts'
import { bundlesOn, volumesIn } from '../../../../sync/bundle/read-stick.ts'
import { bundleWorld, fileOf, type BundleWorld } from './bundle-world.ts'

const volumeBytes = 1_000
let world: BundleWorld
beforeAll(async () => {
  // Three volumes; a payload may lie in two of them.
  world = await bundleWorld([200, 900, 800], volumeBytes)
})
beforeEach(() => world.fresh())
afterAll(() => world.end())
const folder = () => join(world.stick, 'IDKIOSK', world.composed.name)
const total = () => world.head.volumes.reduce((sum, { bytes }) => sum + bytes, 0)

async function everythingIsThere(): Promise<void> {
  const opened = (await world.open(volumesIn(folder(), world.head)))._unsafeUnwrap()
  expect(opened.documents.map(({ _id }) => _id)).toEqual(['request:01ARZ3NDEKTSV4RRFFQ69G5FAV'])
  for await (const { sha256, content } of opened.payloads())
    expect(content && Buffer.from(content).equals(world.payloads.get(sha256) ?? Buffer.alloc(0))).toBe(true)
}

describe('writing', () => {
  it('puts head and volumes there under plain names, and they open', async () => {
    expect((await world.write())._unsafeUnwrap()).toEqual({ written: total(), found: 0 })
    expect(readdirSync(folder()).sort()).toEqual(['HEAD.JWS', 'V0001.BIN', 'V0002.BIN', 'V0003.BIN'])
    for (const name of [world.composed.name, ...readdirSync(folder())])
      expect(name).toMatch(/^[A-Z0-9]{1,8}(\.[A-Z]{3})?$/)
    await everythingIsThere()
  })

  it('tells a finder nothing but the kiosk: no office, no request, no payload’s name', async () => {
    await world.write()
    const bytes = Buffer.concat(readdirSync(folder()).map((name) => fileOf(join(folder(), name))))
    const [, said = ''] = fileOf(join(folder(), 'HEAD.JWS')).toString('latin1').split('.')
    const clear = Buffer.concat([bytes, Buffer.from(said, 'base64url')])
    for (const secret of ['Gasa', '01ARZ3NDEK', ...world.payloads.keys()])
      expect(clear.includes(secret)).toBe(false)
    expect(clear.includes('kiosk-007')).toBe(true)
  })

  it('goes on from whatever byte it was cut at, and writes nothing again that is whole', async () => {
    await world.write()
    // In the order in which they were written.
    const names = ['HEAD.JWS', 'V0001.BIN', 'V0002.BIN', 'V0003.BIN']
    const files = names.map((name) => ({ name, bytes: fileOf(join(folder(), name)) }))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: total() + 2_000 }), fc.boolean(), async (cut, garbage) => {
        world.fresh()
        mkdirSync(folder(), { recursive: true })
        let left = cut
        let whole = 0
        for (const { name, bytes } of files) {
          if (left <= 0) break
          const there = Buffer.from(bytes)
          // A file system may show the full length before it has the bytes.
          if (garbage) there.fill(0, left)
          writeFileSync(join(folder(), name), garbage ? there : there.subarray(0, left))
          if (left >= bytes.length && name !== 'HEAD.JWS') whole += bytes.length
          left -= bytes.length
        }
        const again = (await world.write())._unsafeUnwrap()
        expect(again).toEqual({ written: total() - whole, found: whole })
        await everythingIsThere()
      }),
      { numRuns: 25 },
    )
  })

  it('tells progress in bytes that are verified on the stick', async () => {
    const seen: number[] = []
    await world.write({ onProgress: (done) => seen.push(done) })
    expect(seen.at(-1)).toBe(total())
    expect([...seen].sort((a, b) => a - b)).toEqual(seen)
  })

  it.each([
    [
      'a stick that gives back other bytes',
      'stick.not-as-written',
      { readBack: async () => Buffer.from('other') },
    ],
    ['a stick without room', 'stick.full', { freeBytes: async () => 1_000 }],
    [
      'a stick that was pulled out',
      'stick.gone',
      { readBack: () => Promise.reject(Object.assign(new Error('gone'), { code: 'ENXIO' })) },
    ],
  ])('tells %s as %s', async (_what, code, more) => {
    expect((await world.write(more))._unsafeUnwrapErr()).toBe(code)
  })

  it('stops when it is told to, and keeps what is whole', async () => {
    const stop = new AbortController()
    const stopped = await world.write({
      signal: stop.signal,
      onProgress: (done) => done >= volumeBytes && stop.abort(),
    })
    expect(stopped._unsafeUnwrapErr()).toBe('stopped')
    expect((await world.write())._unsafeUnwrap().found).toBeGreaterThanOrEqual(volumeBytes)
  })

  it('says that a payload is gone instead of writing something else', async () => {
    const gone = () => Promise.reject(new PayloadGone('x'))
    await expect(world.write({ volume: gone })).rejects.toBeInstanceOf(PayloadGone)
  })

  it('follows no link that lies on the stick', async () => {
    const outside = join(world.stick, 'outside')
    mkdirSync(outside)
    symlinkSync(outside, join(world.stick, 'IDKIOSK'))
    expect((await world.write())._unsafeUnwrapErr()).toBe('stick.read-only')
    expect(readdirSync(outside)).toEqual([])
    world.fresh()
    mkdirSync(folder(), { recursive: true })
    const file = join(world.stick, 'other')
    writeFileSync(file, 'untouched')
    symlinkSync(file, world.volumePath(0))
    expect((await world.write()).isOk()).toBe(true)
    expect(fileOf(file).toString()).toBe('untouched')
  })
})

describe('a stick that was pulled out too early', () => {
  it('gives its whole parts, and says which are missing', async () => {
    await world.write()
    rmSync(world.volumePath(2))
    const [found] = await bundlesOn(world.stick)
    expect(found).toMatchObject({ bytes: total(), thereBytes: 2 * volumeBytes })
    const opened = (await world.open(volumesIn(folder(), world.head)))._unsafeUnwrap()
    const whole: boolean[] = []
    for await (const { content } of opened.payloads()) whole.push(content !== undefined)
    expect(whole).toEqual([true, true, false])
  })

  it('without its beginning gives nothing, and says so', async () => {
    await world.write()
    rmSync(world.volumePath(0))
    expect((await world.open(volumesIn(folder(), world.head)))._unsafeUnwrapErr()).toBe('index')
  })

  it('with one flipped byte loses the volume that it lies in, and no more', async () => {
    await world.write()
    const bytes = fileOf(world.volumePath(2))
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    writeFileSync(world.volumePath(2), bytes)
    const reader = volumesIn(folder(), world.head)
    expect(await reader(2)).toBeUndefined()
    expect(await reader(1)).toBeDefined()
  })
})
