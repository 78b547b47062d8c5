/** Portraits as the page and the host judge them, with the face finder as it is shipped. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { drawFace, drawPeople } from '../../../hardware/simulators/camera/face.ts'
import { blankPicture, type Picture } from '../../../hardware/simulators/camera/picture.ts'
import { takePicture } from '../../../hardware/simulators/camera/take-picture.ts'
import { zPortraitFinding } from '../../../sync/z-packet.ts'
import { createFaceFinder } from '../../../picture/find-faces.ts'
import type { RgbaPicture } from '../../../picture/grey-picture.ts'
import { judgePortrait, portraitFindings } from '../../../picture/judge-portrait.ts'
import { seeded } from '../../bench/qr-frames.ts'

const model = '@mediapipe/face_detection/face_detection_short_range.tflite'
const find = createFaceFinder(readFileSync(createRequire(import.meta.url).resolve(model)))
const [width, height] = [540, 720]

function rgba({ width: across, height: down, rgb }: Picture): RgbaPicture {
  const data = new Uint8ClampedArray(across * down * 4).fill(255)
  for (let i = 0; i < across * down; i += 1) data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
  return { width: across, height: down, data }
}
const judge = (picture: Picture) => judgePortrait(rgba(picture), find(rgba(picture)))
const person = drawFace(width, height, 7)
const stand = (scale: number, beside = 0) => drawPeople(width, height, [{ seed: 7, scale, beside }])

/** One half of the light falls on one half of the picture. */
function litFromLeft({ rgb, ...size }: Picture): Picture {
  return {
    ...size,
    rgb: rgb.map((level, i) => ((i / 3) % size.width < size.width / 2 ? level : level * 0.35)),
  }
}
/** Turned about the middle, degrees. */
function turned({ rgb }: Picture, degrees: number): Picture {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const out = blankPicture(width, height, [180, 190, 200])
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - width / 2, y - height / 2]
      const [sx, sy] = [
        Math.round(dx * cos + dy * sin + width / 2),
        Math.round(dy * cos - dx * sin + height / 2),
      ]
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue
      out.rgb.set(rgb.subarray((sy * width + sx) * 3, (sy * width + sx) * 3 + 3), (y * width + x) * 3)
    }
  }
  return out
}
const noise = () => {
  const random = seeded(5)
  const picture = blankPicture(width, height)
  return { ...picture, rgb: picture.rgb.map(() => random() * 256) }
}

test('the findings are those that a packet may name', () => {
  expect([...portraitFindings]).toEqual(zPortraitFinding.options)
})

describe('a portrait is good', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 10])('of person %i', (seed) => {
    expect(judge(drawFace(width, height, seed))).toBeUndefined()
  })
  test('in the size of a camera of 1080 lines, and a little nearer or further', () => {
    expect(judge(drawFace(810, 1_080, 7))).toBeUndefined()
    for (const scale of [0.8, 1.2]) expect(judge(stand(scale)), `scale ${scale}`).toBeUndefined()
  })
  test('in light that is weak or strong but enough', () => {
    for (const light of [0.45, 1.2]) expect(judge(takePicture(person, { light, blur: 0 }))).toBeUndefined()
  })
})

describe('what is to be changed:', () => {
  test.each<[string, Picture, string]>([
    ['nobody', blankPicture(width, height, [150, 154, 156]), 'portrait.no-face'],
    ['noise', noise(), 'portrait.no-face'],
    [
      'two people',
      drawPeople(width, height, [
        { seed: 4, scale: 0.6, beside: -0.18 },
        { seed: 7, scale: 0.6, beside: 0.18 },
      ]),
      'portrait.several-faces',
    ],
    ['far away', stand(0.5), 'portrait.too-far'],
    ['very near', stand(1.55), 'portrait.too-close'],
    ['at the side', stand(0.9, 0.13), 'portrait.off-centre'],
    ['head tilted', turned(person, 16), 'portrait.not-straight'],
    ['hardly any light', takePicture(person, { light: 0.12, blur: 0 }), 'portrait.too-dark'],
    ['against the light', takePicture(person, { light: 0.22, blur: 0 }), 'portrait.too-dark'],
    ['glaring light', takePicture(person, { light: 2.6, blur: 0 }), 'portrait.too-bright'],
    ['light from one side', litFromLeft(person), 'portrait.uneven-light'],
    ['out of focus', takePicture(person, { light: 1, blur: 5.5 }), 'portrait.blurred'],
  ])('%s', (_name, picture, finding) => {
    expect(judge(picture)).toBe(finding)
  })
})
