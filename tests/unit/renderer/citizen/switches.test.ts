/** Two switches reach everything and nothing twice; the arrow keys go round. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zSwitches } from '../../../../main/api/z-switches.ts'
import { arrowTo } from '../../../../renderer/citizen/arrow-step.ts'
import { nextPlace, pressedAt, type Place } from '../../../../renderer/citizen/switch/scan-order.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 10 })

describe('the mark of two switches', () => {
  it('comes to every target, through its group, in fewer steps than there are groups and targets', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (all, one, other) => {
        const group = one % all.length
        const item = other % (all[group] ?? 1)
        let at: Place | undefined
        for (let step = 0; step <= all.length; step += 1) {
          at = nextPlace(all, at)
          if (at?.group === group) break
        }
        let pressed = pressedAt(all, at)
        if (pressed.do === 'go') {
          at = pressed.to
          while (at?.item !== item) at = nextPlace(all, at)
          pressed = pressedAt(all, at)
        }
        expect(pressed).toEqual({ do: 'press', group, item, after: { group } })
      }),
    )
  })
  it('leaves a row by the place behind its last key, and stands on the row again after a key', () => {
    const keys = [3, 1]
    expect(pressedAt(keys, { group: 0 })).toEqual({ do: 'go', to: { group: 0, item: 0 } })
    expect(nextPlace(keys, { group: 0, item: 2 })).toEqual({ group: 0, item: 3 })
    expect(pressedAt(keys, { group: 0, item: 3 })).toEqual({ do: 'go', to: { group: 0 } })
    expect(nextPlace(keys, { group: 0, item: 3 })).toEqual({ group: 0, item: 0 })
    expect(pressedAt(keys, { group: 0, item: 1 })).toMatchObject({ do: 'press', after: { group: 0 } })
  })
  it('begins anew where what it stood on is gone, and presses nothing where nothing can be pressed', () => {
    expect(nextPlace([1, 1], { group: 7, item: 2 })).toEqual({ group: 0 })
    expect(nextPlace([], { group: 0 })).toBeUndefined()
    expect(pressedAt([], undefined)).toEqual({ do: 'nothing' })
    expect(pressedAt([1], { group: 3 })).toEqual({ do: 'nothing' })
  })
  it('are two different keys, neither of which anybody types with', () => {
    expect(zSwitches.parse({})).toEqual({ next: 'F8', press: 'F9', autoMs: 0 })
    expect(zSwitches.safeParse({ next: ' ', press: ' ' }).success).toBe(false)
  })
})

describe('the arrow keys', () => {
  it('go round the choices, and leave every other key alone', () => {
    expect(['ArrowDown', 'ArrowRight'].map((key) => arrowTo(key, 3, 2))).toEqual([0, 0])
    expect(['ArrowUp', 'ArrowLeft'].map((key) => arrowTo(key, 3, 0))).toEqual([2, 2])
    expect(arrowTo('ArrowUp', 3, -1)).toBe(2)
    expect([arrowTo('Home', 3, 1), arrowTo('End', 3, 1)]).toEqual([0, 2])
    expect(arrowTo('Enter', 3, 1)).toBeUndefined()
    expect(arrowTo('ArrowDown', 0, -1)).toBeUndefined()
  })
})
