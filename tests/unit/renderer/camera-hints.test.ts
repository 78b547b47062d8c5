/** What a screen says to somebody before the camera: after a moment, one thing at a time, and not for ever. */
import { describe, expect, test } from 'vitest'
import { createPortraitHint } from '../../../renderer/lib/camera/portrait-hint.ts'
import { createScanHints } from '../../../renderer/lib/camera/scan-hint.ts'
import { lookAt, type FrameLook } from '../../../picture/frame-look.ts'
import { drawFrame, payload, type Condition } from '../../bench/qr-frames.ts'

const text = payload(300)
const frame = (condition: Condition) => lookAt(drawFrame(text, { width: 1_280, height: 720 }, condition, 1))
const room: FrameLook = { mean: 120, range: 80, white: 0, blur: 0.8, coarse: Array<number>(256).fill(120) }
const out = frame({ blur: 7 })

/** @param looks what is seen, for how many steps of 200 ms each @returns what is said after each step */
function watch(...looks: readonly (readonly [FrameLook, steps: number])[]) {
  const hints = createScanHints()
  let at = 0
  return looks.flatMap(([look, steps]) =>
    Array.from({ length: steps }, () => hints.see(look, (at += 200)) ?? '-'),
  )
}

describe('while scanning', () => {
  test('an empty room that is out of focus is no reason to speak', () => {
    expect(new Set(watch([room, 200]))).toEqual(new Set(['-']))
  })

  test('a code that is not sharp is told after two seconds, no longer when it is gone, and not for ever', () => {
    const said = watch([room, 20], [out, 9], [out, 8], [room, 20])
    expect(said.slice(0, 29)).not.toContain('blurred')
    expect(said[36]).toBe('blurred')
    expect(said.at(-1)).toBe('-')
    expect(watch([room, 20], [out, 300]).at(-1)).toBe('-')
  })

  test('a sharp code says nothing, a dark room and a glaring phone do', () => {
    expect(watch([room, 20], [frame({}), 30])).not.toContain('blurred')
    expect(watch([{ ...room, mean: 20, range: 10 }, 20]).at(-1)).toBe('dark')
    expect(
      watch([room, 20], [{ ...room, white: 0.6, coarse: Array<number>(256).fill(240) }, 15]).at(-1),
    ).toBe('bright')
  })

  test('nothing is said right after a code was read', () => {
    const hints = createScanHints()
    for (let at = 0; at <= 4_000; at += 200) hints.see(room, at)
    hints.read(4_000)
    for (let at = 4_200; at < 8_000; at += 200) expect(hints.see(out, at)).toBeUndefined()
  })
})

describe('before a portrait', () => {
  test('the first thing seen is said at once, another one only when it stays', () => {
    const hint = createPortraitHint()
    expect(hint('portrait.too-far', 0)).toBe('portrait.too-far')
    expect(hint('portrait.blurred', 100)).toBe('portrait.too-far')
    expect(hint('portrait.too-far', 200)).toBe('portrait.too-far')
    expect(hint('portrait.blurred', 300)).toBe('portrait.too-far')
    expect(hint('portrait.blurred', 1_000)).toBe('portrait.blurred')
    expect(hint(undefined, 1_100)).toBe('portrait.blurred')
    expect(hint(undefined, 1_400)).toBe('good')
  })
})
