/** The virtual camera's pictures, without a camera. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawCode } from '../../../hardware/simulators/camera/code.ts'
import { drawFace } from '../../../hardware/simulators/camera/face.ts'
import { liveFrame, toI420 } from '../../../hardware/simulators/camera/i420.ts'
import { blankPicture, type Colour } from '../../../hardware/simulators/camera/picture.ts'
import { drawPortraitJpeg } from '../../../hardware/simulators/camera/portrait.ts'
import { createCameraFile } from '../../../hardware/simulators/camera/y4m.ts'
import { cardFiles } from '../../../hardware/card/layout.ts'

describe('I420', () => {
  it.each<[string, Colour, number[]]>([
    ['white', [255, 255, 255], [235, 128, 128]],
    ['black', [0, 0, 0], [16, 128, 128]],
    ['red', [255, 0, 0], [81, 90, 240]],
    ['blue', [0, 0, 255], [41, 240, 110]],
  ])('has the brightness and colour of %s as BT.601 says', (_name, colour, expected) => {
    const frame = toI420(blankPicture(4, 2, colour))
    expect(frame).toHaveLength(12)
    const found = [frame[0] ?? 0, frame[8] ?? 0, frame[10] ?? 0]
    found.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThanOrEqual(1))
  })

  it('moves the picture by the shake, repeats its edge and adds no more noise than asked', () => {
    const still = new Uint8Array(6 * 4 * 1.5).fill(100)
    still[0] = 200
    const frame = liveFrame(still, { width: 6, height: 4, shake: [2, 2], noise: 3, random: () => 0.5 })
    expect(frame[2 * 6 + 2]).toBe(200)
    expect(frame[3 * 6 + 3]).toBe(100)
    const noisy = liveFrame(still, { width: 6, height: 4, shake: [0, 0], noise: 3, random: () => 1 })
    expect(noisy[5]).toBe(103)
  })
})

describe('drawings', () => {
  it('are the same person for the same number and another one for another', () => {
    const [one, again, other] = [7, 7, 10].map((who) => drawFace(160, 120, who).rgb)
    expect(one).toEqual(again)
    expect(one).not.toEqual(other)
  })

  it('fit on a card', () => {
    for (const who of [7, 10]) {
      const jpeg = drawPortraitJpeg(who)
      expect([jpeg[0], jpeg[1]]).toEqual([0xff, 0xd8])
      expect(jpeg.length).toBeLessThan(cardFiles.portrait.most / 2)
    }
  })

  it('of a code that is too long are not made', () => {
    expect(drawCode(1280, 720, { content: new Uint8Array(2_954) })).toBeUndefined()
    expect(drawCode(1280, 720, { content: new Uint8Array(2_953) })).toBeDefined()
  })
})

describe('the camera file', () => {
  it('is a Y4M file whose frames can be written over in place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-y4m-'))
    try {
      const path = join(folder, 'camera.y4m')
      const file = await createCameraFile(path, { width: 4, height: 2, frames: 3, rate: 15 })
      const before = await readFile(path)
      await file.write((index) => new Uint8Array(12).fill(50 + index))
      await file.close()
      const after = await readFile(path)
      const head = 'YUV4MPEG2 W4 H2 F15:1 Ip A1:1 C420jpeg\n'
      const frame = (index: number) => `FRAME\n${String.fromCharCode(50 + index).repeat(12)}`
      expect(after.toString('latin1')).toBe(head + frame(0) + frame(1) + frame(2))
      expect(after).toHaveLength(before.length)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
