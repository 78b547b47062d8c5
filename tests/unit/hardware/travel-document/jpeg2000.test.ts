/** Faces in JPEG 2000, as most passports have them: shown, and whatever the bytes are, an answer comes and nothing falls. */
import fc from 'fast-check'
import { decode } from 'jpeg-js'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPictureSize } from '../../../../hardware/card/travel-document/jpeg2000/code-stream.ts'
import { decodeToJpeg } from '../../../../hardware/card/travel-document/jpeg2000/decode-to-jpeg.ts'
import { portraitJpeg } from '../../../../hardware/card/travel-document/portrait-jpeg.ts'
import { drawFace } from '../../../../hardware/simulators/camera/face.ts'
import { toJpeg2000 } from '../../../../hardware/simulators/card/travel-document/jpeg2000.ts'

const face = drawFace(90, 120, 7)
const stream = await toJpeg2000(face)
/** a JP2 file with its boxes, by OpenJPEG's own command, 360 by 480 */
const file = new Uint8Array(await readFile(new URL('../../../fixtures/pictures/face.jp2', import.meta.url)))

/** @returns the mean difference to what was drawn, levels of 255 */
function differenceTo(drawn: typeof face, jpeg: Uint8Array | undefined): number {
  const { width, height, data } = decode(jpeg ?? new Uint8Array(), { useTArray: true })
  expect([width, height]).toEqual([drawn.width, drawn.height])
  let sum = 0
  for (let i = 0; i < width * height; i += 1)
    for (let c = 0; c < 3; c += 1) sum += Math.abs((data[i * 4 + c] ?? 0) - (drawn.rgb[i * 3 + c] ?? 0))
  return sum / (width * height * 3)
}

describe('a face', () => {
  it('comes out of a code stream as it went in', async () => {
    expect(differenceTo(face, await decodeToJpeg(stream))).toBeLessThan(6)
  })

  it('comes out of a JP2 file of another encoder, in a thread of its own', async () => {
    const jpeg = await portraitJpeg({ format: 'jpeg2000', bytes: file })
    expect(differenceTo(drawFace(360, 480, 7), jpeg)).toBeLessThan(6)
  })

  it('that is JPEG already stays as it is', async () => {
    const bytes = Uint8Array.of(0xff, 0xd8, 0xff)
    expect(await portraitJpeg({ format: 'jpeg', bytes })).toBe(bytes)
  })
})

describe('a picture that lies', () => {
  /** @param at offset in SIZ, after its marker */
  const changed = (at: number, ...to: number[]) => {
    const bytes = Uint8Array.from(stream)
    bytes.set(to, 4 + at)
    return bytes
  }

  it.each([
    ['of four billion pixels', changed(4, 0xff, 0xff, 0xff, 0xff)],
    ['of no pixels', changed(4, 0, 0, 0, 0)],
    ['of a tile for each pixel', changed(20, 0, 0, 0, 1, 0, 0, 0, 1)],
    ['of tiles without size', changed(20, 0, 0, 0, 0)],
    ['of sixteen thousand colours', changed(36, 0x40, 0)],
    ['of 38 bits a colour', changed(38, 37)],
    ['of colours coarser than the others', changed(42, 2)],
    ['of boxes in a circle', Uint8Array.from([0, 0, 0, 8, 0x6a, 0x50, 0x20, 0x20, 0, 0, 0, 0, 0, 0, 0, 0])],
  ])('%s is not decoded', async (_what, bytes) => {
    expect(readPictureSize(bytes)).toBeUndefined()
    expect(await decodeToJpeg(bytes)).toBeUndefined()
  })

  it('may be cut anywhere', async () => {
    for (let end = 0; end < stream.length; end += 97) await decodeToJpeg(stream.subarray(0, end))
    expect(await decodeToJpeg(stream.subarray(0, 60))).toBeUndefined()
  })

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readPictureSize(bytes)),
      { numRuns: 500 },
    )
  })

  it.each([
    ['code stream', stream],
    ['file', file],
  ])('may be a %s that is changed anywhere', async (_kind, genuine) => {
    const change = fc.array(fc.tuple(fc.nat(genuine.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const bytes = Uint8Array.from(genuine)
        for (const [at, to] of changes) bytes[at] = to
        const jpeg = await decodeToJpeg(bytes)
        if (jpeg) expect(jpeg.length).toBeGreaterThan(100)
      }),
      { numRuns: genuine === stream ? 120 : 25 },
    )
  })
})

describe('a thread that', () => {
  const run = async (source: string, withinMs = 5_000) => {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-thread-'))
    const path = join(folder, 'thread.mjs')
    await writeFile(path, source)
    try {
      return await portraitJpeg({ format: 'jpeg2000', bytes: stream }, { file: path, withinMs })
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  it.each([
    ['falls', 'throw new Error("x")'],
    ['ends without a word', 'process.exit(3)'],
    ['takes all memory', 'const all = []; for (;;) all.push(new Array(100_000).fill({}))'],
    [
      'says nonsense',
      'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ jpeg: true })',
    ],
  ])('%s leaves no picture, and nobody else falls', async (_what, source) => {
    expect(await run(source)).toBeUndefined()
  })

  it('never ends is ended', async () => {
    expect(await run('for (;;);', 200)).toBeUndefined()
  })
})
