/** The host's own look at a portrait: what it keeps, what the officer may answer for, and bytes that are no picture. */
import { encode } from 'jpeg-js'
import { beforeAll, describe, expect, test } from 'vitest'
import { drawFace } from '../../../hardware/simulators/camera/face.ts'
import { toJpeg } from '../../../hardware/simulators/camera/portrait.ts'
import { takePicture } from '../../../hardware/simulators/camera/take-picture.ts'
import { openPortraitJudge, type JudgePortrait } from '../../../main/enrolment/judge-portrait.ts'
import type { PortraitOverride } from '../../../main/api/z-enrolment.ts'
import { seeded } from '../../bench/qr-frames.ts'

const good = toJpeg(drawFace(540, 720, 7), 88)
const blurred = toJpeg(takePicture(drawFace(540, 720, 7), { light: 1, blur: 6 }), 88)
let judge: JudgePortrait

beforeAll(async () => {
  judge = await openPortraitJudge()
})
const said = async (jpeg: Uint8Array, override?: PortraitOverride) =>
  (await judge(jpeg, override)).match(
    (kept) => kept ?? 'good',
    ({ code }) => code,
  )

test('a good portrait needs nobody to answer for it', async () => {
  expect(await said(good)).toBe('good')
  expect(await said(good, { finding: 'portrait.blurred', reason: 'check-is-wrong' })).toBe('good')
})

test('another one is kept only if the officer answers for what was found', async () => {
  expect(await said(blurred)).toBe('portrait.blurred')
  expect(await said(blurred, { finding: 'portrait.no-face', reason: 'covering' })).toBe('portrait.blurred')
  const override = { finding: 'portrait.blurred', reason: 'body-or-health' } as const
  expect(await said(blurred, override)).toEqual(override)
})

describe('what is no picture', () => {
  test('is unusable, whoever answers for it: too many pixels, or only the shell of a JPEG', async () => {
    const huge = encode({ width: 3_000, height: 1_500, data: Buffer.alloc(3_000 * 1_500 * 4) }, 10).data
    const shell = Uint8Array.from(good)
    shell.fill(0, 300, good.length - 2)
    for (const bytes of [huge, shell]) {
      expect(await said(bytes, { finding: 'portrait.no-face', reason: 'check-is-wrong' })).toBe(
        'portrait.unusable',
      )
    }
  })

  test('never throws: 60 portraits with bytes changed', { timeout: 60_000 }, async () => {
    const random = seeded(3)
    const small = toJpeg(drawFace(480, 600, 7), 60)
    for (let i = 0; i < 60; i += 1) {
      const bytes = Uint8Array.from(small)
      const tables = i % 2 === 0 ? 640 : bytes.length
      for (let j = 0; j < 8; j += 1) bytes[Math.floor(random() * tables)] = Math.floor(random() * 256)
      expect(await said(bytes)).toMatch(/^(good|portrait\..*)$/)
    }
  })
})
