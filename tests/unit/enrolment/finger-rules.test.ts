import { describe, expect, test } from 'vitest'
import {
  afterCapture,
  exceptionsFit,
  fingersOf,
  nextCapture,
  untouched,
  withExceptions,
  type SlapState,
} from '../../../main/enrolment/finger-rules.ts'
import type { Finger } from '../../../sync/z-packet.ts'

const rules = { threshold: 40, tries: 3 }
const left = fingersOf.left
const qualities = (...all: number[]) => left.map((finger, i) => ({ finger, quality: all[i] ?? 0 }))
const except = (...fingers: Finger[]) => fingers.map((finger) => ({ finger, reason: 'missing' as const }))
const run = (...tries: number[][]) =>
  tries.reduce<SlapState>(
    (state, one) => afterCapture(state, qualities(...one), rules).state,
    untouched('left'),
  )

describe('capturing a slap', () => {
  test('is done when each finger reaches the threshold, the threshold itself included', () => {
    expect(run([40, 41, 80, 100]).done).toBe(true)
    expect(run([39, 41, 80, 100]).done).toBe(false)
  })

  test('keeps the best of the tries, finger by finger', () => {
    const state = run([10, 90, 20, 20], [60, 5, 30, 10])
    expect(state.fingers.map(({ quality }) => quality)).toEqual([60, 90, 30, 20])
    expect(state.fingers.map(({ met }) => met)).toEqual([true, true, false, false])
    expect(state).toMatchObject({ tries: 2, done: false })
  })

  test('tells which records of a try are worth keeping', () => {
    const first = afterCapture(untouched('left'), qualities(10, 90, 20, 20), rules)
    expect(first.better).toEqual(left)
    expect(afterCapture(first.state, qualities(60, 5, 30, 20), rules).better).toEqual([left[0], left[2]])
  })

  test('three tries are what there is: then it is done with the best of them, and a fourth is refused', () => {
    const state = run([10, 10, 10, 10], [20, 5, 5, 5], [5, 30, 5, 5])
    expect(state).toMatchObject({ tries: 3, done: true })
    expect(state.fingers.map(({ quality }) => quality)).toEqual([20, 30, 10, 10])
    expect(nextCapture(state, rules)).toBe('tries-used')
  })

  test('exceptions are not asked for, and all four of them leave nothing to capture', () => {
    const some = withExceptions(untouched('left'), except('Left LittleFinger'), rules)
    expect(nextCapture(some, rules)).toEqual(left.slice(0, 3))
    expect(some.done).toBe(false)
    expect(afterCapture(some, qualities(50, 50, 50).slice(0, 3), rules).state.done).toBe(true)
    const all = withExceptions(untouched('left'), except(...left), rules)
    expect(all).toMatchObject({ done: true, tries: 0, fingers: [] })
    expect(nextCapture(all, rules)).toBe('nothing')
  })

  test('an exception after a capture drops that finger and may finish the slap', () => {
    const state = withExceptions(run([50, 50, 50, 3]), except('Left LittleFinger'), rules)
    expect(state.done).toBe(true)
    expect(state.fingers).toHaveLength(3)
  })

  test('an exception taken back after the tries are used leaves the slap undone', () => {
    const used = run([1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1])
    const excepted = withExceptions(used, except('Left LittleFinger'), rules)
    expect(excepted.done).toBe(true)
    expect(withExceptions(excepted, [], rules).done).toBe(false)
  })

  test('a finger that was not asked for is not taken, whatever the scanner says', () => {
    const foreign = [
      { finger: 'Right Thumb', quality: 99 },
      { finger: 'UNKNOWN', quality: 99 },
    ]
    const { state, better } = afterCapture(
      untouched('left'),
      [...qualities(50, 50, 50, 50), ...foreign],
      rules,
    )
    expect(state.fingers.map(({ finger }) => finger)).toEqual(left)
    expect(better).toEqual(left)
  })

  test('exceptions of another hand or named twice do not fit', () => {
    expect(exceptionsFit('left', except('Left LittleFinger'))).toBe(true)
    expect(exceptionsFit('left', except('Right LittleFinger'))).toBe(false)
    expect(exceptionsFit('thumbs', except('Left Thumb', 'Left Thumb'))).toBe(false)
  })
})
