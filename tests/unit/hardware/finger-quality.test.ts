import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeImage, measureQuality } from '../../../hardware/fingerprint/libfprint/quality.ts'
import { press, type qualities } from '../../../hardware/simulators/finger/impression.ts'
import { growFinger, size } from '../../../hardware/simulators/finger/master-finger.ts'

const finger = growFinger(7, 2)
const judge = (quality: (typeof qualities)[number], minutiae = 40) =>
  judgeImage({ ...size, dpi: 500, grey: press(finger, 3, quality), minutiae })

describe('the quality estimate', () => {
  it('puts good before spoilt, and spoilt before nothing', () => {
    const good = judge('good').score
    expect(good).toBeGreaterThan(90)
    for (const spoilt of ['noisy', 'dry', 'wet', 'blurred', 'off-centre'] as const) {
      expect(judge(spoilt).score, spoilt).toBeLessThan(good - 8)
      expect(judge(spoilt).score, spoilt).toBeGreaterThan(10)
    }
    expect(judge('blank', 0)).toEqual({ score: 0, hints: ['finger.none-seen'] })
  })

  it.each([
    ['good', []],
    ['wet', ['finger.too-wet']],
    ['dry', ['finger.too-dry']],
    ['blurred', ['finger.unclear']],
    ['off-centre', ['finger.off-centre']],
  ] as const)('of a %s print says what helps: %s', (quality, hints) => {
    expect(judge(quality).hints.slice(0, 1)).toEqual(hints)
  })

  it('falls with fewer minutiae, and with so many that they must be noise', () => {
    const usual = judge('good', 40).score
    expect(judge('good', 6).score).toBeLessThan(usual)
    expect(judge('good', 400).score).toBeLessThan(usual)
  })

  it('does not depend on the resolution of the scanner', () => {
    const grey = press(finger, 3, 'good')
    const [width, height] = [size.width * 2, size.height * 2]
    const twice = Uint8Array.from(
      { length: width * height },
      (_, at) => grey[Math.floor(at / width / 2) * size.width + Math.floor((at % width) / 2)] ?? 0,
    )
    const large = judgeImage({ width, height, dpi: 1_000, grey: twice, minutiae: 40 }).score
    expect(Math.abs(large - judge('good').score)).toBeLessThan(15)
  })

  it('is a number from 0 to 100 for any picture', () => {
    const pictures = fc
      .record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          dpi: fc.integer({ min: 1, max: 5_000 }),
          minutiae: fc.integer({ min: 0, max: 10_000 }),
          grey: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
        }),
      )
    fc.assert(
      fc.property(pictures, (picture) => {
        const { score } = judgeImage(picture)
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true)
      }),
    )
  })
})

describe('a made-up finger', () => {
  it('is the same for the same numbers, and another for others', () => {
    expect(growFinger(7, 2).ridges).toEqual(finger.ridges)
    expect(growFinger(7, 3).ridges).not.toEqual(finger.ridges)
    expect(press(finger, 3, 'good')).toEqual(press(finger, 3, 'good'))
    expect(press(finger, 4, 'good')).not.toEqual(press(finger, 3, 'good'))
  })
  it('has ridges that can be measured', () => {
    const parts = measureQuality({ ...size, dpi: 500, grey: press(finger, 3, 'good') }, 40)
    expect(parts?.flow).toBeGreaterThan(0.9)
  })
})
