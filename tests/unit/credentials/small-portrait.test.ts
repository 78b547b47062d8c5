/** The face that goes into a credential, from the pictures that the simulated camera takes. */
import { loadImage } from '@napi-rs/canvas'
import { encode } from 'jpeg-js'
import { describe, expect, it } from 'vitest'
import { drawFace } from '../../../hardware/simulators/camera/face.ts'
import { makeSmallPortrait } from '../../../main/credentials/small-portrait.ts'
import { zPicture } from '../../../main/credentials/z-credential-type.ts'

function jpegOf(width: number, height: number, seed = 7): Uint8Array {
  const { rgb } = drawFace(width, height, seed)
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i += 1) data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
  return new Uint8Array(encode({ width, height, data }, 90).data)
}

describe('a small portrait', () => {
  it.each([
    [600, 800],
    [1280, 720],
  ])('of %i × %i is a WebP of 96 × 120 that a credential can carry', async (width, height) => {
    const small = zPicture.parse(await makeSmallPortrait(jpegOf(width, height)))
    const bytes = Buffer.from(small, 'base64url')
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP')
    expect(bytes.length).toBeLessThanOrEqual(2_048)
    expect(await loadImage(bytes)).toMatchObject({ width: 96, height: 120 })
  })

  it.each<[string, (whole: Uint8Array) => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['noise', () => crypto.getRandomValues(new Uint8Array(5_000))],
    ['half of one', (whole) => whole.subarray(0, whole.length / 2)],
    ['one that says it is 65,535 × 65,535', saying],
  ])('%s is none', async (_name, bent) => {
    expect(await makeSmallPortrait(bent(jpegOf(480, 600)))).toBeUndefined()
  })
})

/** The same bytes, and the largest size that a frame header can hold. */
function saying(whole: Uint8Array): Uint8Array {
  const bytes = whole.slice()
  const at = bytes.findIndex((byte, here) => byte === 0xff && bytes[here + 1] === 0xc0)
  bytes.fill(0xff, at + 5, at + 9)
  return bytes
}
