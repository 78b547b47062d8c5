import { encode } from 'jpeg-js'
import { describe, expect, test } from 'vitest'
import { checkPortrait, jpegSize } from '../../../main/enrolment/portrait-check.ts'

function picture(width: number, height: number): Buffer {
  return encode({ width, height, data: Buffer.alloc(width * height * 4, 128) }, 80).data
}
const good = picture(480, 600)
const codeOf = (bytes: Uint8Array) => {
  const checked = checkPortrait(bytes)
  return checked.isOk() ? 'ok' : checked.error.code
}

describe('a portrait', () => {
  test('is as large as its frame header says', () => {
    expect(jpegSize(picture(731, 977))).toEqual({ width: 731, height: 977 })
    expect(checkPortrait(good)._unsafeUnwrap()).toEqual({ width: 480, height: 600 })
  })

  test.each([
    ['one pixel too narrow', picture(479, 600)],
    ['one pixel too low', picture(480, 599)],
    ['empty', new Uint8Array()],
    ['a PNG', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(2_000)])],
    ['cut off', good.subarray(0, good.length - 2)],
    [
      'only the two ends',
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(50), Buffer.from([0xff, 0xd9])]),
    ],
    ['a segment that points beyond the end', Buffer.from(`ffd8ffe0ffff${'00'.repeat(40)}ffd9`, 'hex')],
    ['a segment that points at itself', Buffer.from(`ffd8${'ffe00000'.repeat(20)}ffd9`, 'hex')],
    ['HTML', Buffer.from('<html>'.repeat(100))],
    ['too many bytes', Buffer.concat([good.subarray(0, -2), Buffer.alloc(1_500_000), good.subarray(-2)])],
  ])('%s is unusable', (_name, bytes) => {
    expect(codeOf(bytes)).toBe('portrait.unusable')
  })

  test('noise is unusable and never throws', () => {
    let seed = 1
    for (let i = 0; i < 2_000; i += 1) {
      const bytes = Uint8Array.from(good.subarray(0, 800))
      for (let j = 0; j < 20; j += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        bytes[seed % bytes.length] = seed % 256
      }
      expect(['ok', 'portrait.unusable']).toContain(codeOf(bytes))
    }
  })
})
