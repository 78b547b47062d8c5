/** Codes out of pictures, with both engines as they are shipped. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { createCodeDecoder, type ReadCodes } from '../../../renderer/lib/camera/code-decoder.ts'
import type { RgbaPicture } from '../../../picture/grey-picture.ts'
import { readWithScript } from '../../../renderer/lib/camera/read-with-script.ts'
import { prepareWasm, readWithWasm } from '../../../renderer/lib/camera/read-with-wasm.ts'
import { conditions, drawFrame, payload, seeded } from '../../bench/qr-frames.ts'

const size = { width: 640, height: 480 }
const options = { budgetMs: Infinity, now: () => 0 }
const decode = createCodeDecoder(readWithWasm, options)
const text = payload(300)
const frame = (condition: string) => drawFrame(text, size, conditions[condition] ?? {}, 1)

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  await prepareWasm({ bytes: Uint8Array.from(readFileSync(file)).buffer })
})

/** Two pictures of the same height, side by side. */
function beside(one: RgbaPicture, other: RgbaPicture): RgbaPicture {
  const width = one.width + other.width
  const data = new Uint8ClampedArray(width * one.height * 4)
  for (let y = 0; y < one.height; y += 1) {
    data.set(one.data.subarray(y * one.width * 4, (y + 1) * one.width * 4), y * width * 4)
    data.set(other.data.subarray(y * other.width * 4, (y + 1) * other.width * 4), (y * width + one.width) * 4)
  }
  return { width, height: one.height, data }
}

describe('a code in a picture', () => {
  test.each(['clean', 'jpeg', 'blur2', 'noise40', 'rot45', 'lowlight', 'persp', 'small40'])(
    'is read: %s',
    async (condition) => {
      expect(await decode(frame(condition))).toEqual([text])
    },
  )

  test('is read without WebAssembly', async () => {
    expect(await createCodeDecoder(readWithScript, options)(frame('rot15'))).toEqual([text])
  })

  test('of ours comes before another one in view', async () => {
    const draw = (what: string) => drawFrame(what, size, {}, 1)
    const slip = 'btkiosk:slip:1:01JAAAAAAAAAAAAAAAAAAAAAAA:0000'
    const pictures = [draw('https://example.com/a-poster'), draw(slip)] as const
    for (const [one, other] of [pictures, pictures.toReversed()]) {
      if (!one || !other) throw new Error('Two pictures were drawn')
      expect(await decode(beside(one, other))).toEqual([slip, 'https://example.com/a-poster'])
    }
  })
})

describe('the time for a picture', () => {
  const counting = (answers: string[][]) => {
    const seen: number[] = []
    const read: ReadCodes = async ({ width }) => {
      seen.push(width)
      return answers[seen.length - 1] ?? []
    }
    return { seen, read }
  }

  test('is spent on further passes until one finds something', async () => {
    const { seen, read } = counting([[], [], ['found']])
    expect(await createCodeDecoder(read, options)(frame('clean'))).toEqual(['found'])
    expect(seen).toEqual([640, 640, 1280])
  })

  test('ends: no pass begins after it', async () => {
    const { seen, read } = counting([])
    let clock = 0
    const decoder = createCodeDecoder(read, { budgetMs: 100, now: () => (clock += 60) })
    expect(await decoder(frame('clean'))).toEqual([])
    expect(seen).toEqual([640, 640])
  })
})

describe('what is not a code', () => {
  test(
    'gives nothing: 200 frames of noise, small and even, with both engines',
    { timeout: 120_000 },
    async () => {
      const random = seeded(1)
      for (let i = 0; i < 200; i += 1) {
        const [width, height] = [1 + Math.floor(random() * 160), 1 + Math.floor(random() * 120)]
        const even = i % 10 === 0
        const data = new Uint8ClampedArray(width * height * 4).map(() => (even ? 128 : random() * 256))
        for (const read of [readWithWasm, readWithScript]) {
          expect(await createCodeDecoder(read, options)({ width, height, data })).toEqual([])
        }
      }
    },
  )

  test('leaves the engine able to read the next code', async () => {
    expect(await decode({ width: 1, height: 1, data: new Uint8ClampedArray(4) })).toEqual([])
    expect(await decode(frame('clean'))).toEqual([text])
  })

  test('nor does a picture whose size is a lie, or a text without end', async () => {
    const data = new Uint8ClampedArray(16)
    for (const [width, height] of [
      [0, 0],
      [2, 3],
      [-2, -2],
      [100_000, 100_000],
    ] as const) {
      expect(await decode({ width, height, data })).toEqual([])
    }
    const long = createCodeDecoder(async () => ['', 'x'.repeat(6_001)], options)
    expect(await long(frame('clean'))).toEqual([])
  })
})
