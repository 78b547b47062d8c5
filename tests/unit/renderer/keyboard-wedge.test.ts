/** A code from a scanner that types, told from the typing of a hand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createWedge,
  keyboardWedge,
  leastCharacters,
  type Key,
} from '../../../renderer/lib/scan/keyboard-wedge.ts'

/** @param pause between two keys, ms */
function typed(text: string, pause: (index: number) => number, end = 'Enter'): Key[] {
  let at = 1_000
  const keys = [...text].map((key, index) => ({ key, at: (at += pause(index)) }))
  return [...keys, { key: end, at: at + pause(text.length) }]
}
const text = fc.stringMatching(/^[\x20-\x7e]{6,200}$/)

describe('keys that arrive', () => {
  it('at the speed of a scanner are a code, whatever it holds', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 201, maxLength: 201 }),
        (code, pauses) => {
          expect(keyboardWedge(typed(code, (index) => pauses[index] ?? 5))).toEqual({
            kind: 'code',
            text: code,
          })
        },
      ),
    )
  })

  it('at the speed of a hand are typing, whatever it writes', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 60, max: 900 }), { minLength: 201, maxLength: 201 }),
        (code, pauses) => {
          expect(keyboardWedge(typed(code, (index) => pauses[index] ?? 100))).toEqual({ kind: 'typing' })
        },
      ),
    )
  })

  it('with one pause of a hand among them are typing', () => {
    fc.assert(
      fc.property(text, fc.nat(), (code, which) => {
        const slow = 1 + (which % code.length)
        expect(keyboardWedge(typed(code, (index) => (index === slow ? 80 : 4))).kind).toBe('typing')
      }),
    )
  })

  it.each([
    ['too few', typed('x'.repeat(leastCharacters - 1), () => 4)],
    ['too many', typed('x'.repeat(5_000), () => 1)],
    ['without an end', typed('0123456789', () => 4).slice(0, -1)],
    ['with a correction', [{ key: 'Backspace', at: 1_001 }, ...typed('0123456789', () => 4)]],
    ['all at the edge of what is possible', typed('0123456789', () => 45)],
    ['against the clock', typed('0123456789', (index) => (index === 4 ? -3 : 4))],
    ['none', []],
  ])('%s are typing', (_what, keys) => expect(keyboardWedge(keys)).toEqual({ kind: 'typing' }))

  it('with shifts between them are a code', () => {
    const keys = typed('BTID-01', () => 4).flatMap((key) => [{ key: 'Shift', at: key.at }, key])
    expect(keyboardWedge(keys.filter((key, n) => n < keys.length - 2 || key.key !== 'Shift'))).toEqual({
      kind: 'code',
      text: 'BTID-01',
    })
  })
})

describe('a wedge', () => {
  it('forgets what a hand typed before the code', () => {
    const wedge = createWedge()
    wedge({ key: 'a', at: 0 })
    wedge({ key: 'b', at: 200 })
    const last = typed('0123456789', () => 4).map((key) => wedge(key))
    expect(last.at(-1)).toEqual({ kind: 'code', text: '0123456789' })
    expect(last.slice(0, -1).every((one) => one === undefined)).toBe(true)
  })

  it('says nothing but typing for an Enter alone', () => {
    expect(createWedge()({ key: 'Enter', at: 5 })).toEqual({ kind: 'typing' })
  })
})
