import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrapText } from '../../../hardware/printer/wrap-text.ts'

/** Every letter is one wide. */
const widthOf = (text: string) => [...text].length

describe('text on narrow paper', () => {
  it.each([
    ['at spaces', 'keep this slip', 9, ['keep this', 'slip']],
    ['after a tsheg, never before one', 'བདག་འཛིན་འཐབ།', 9, ['བདག་འཛིན་', 'འཐབ།']],
    ['at a zero-width space, which is not printed', 'abcd\u200befgh', 5, ['abcd', 'efgh']],
    ['inside a word that is wider than the paper', '0123456789', 4, ['0123', '4567', '89']],
    ['where the text says so', 'a\nb', 9, ['a', 'b']],
    ['and an empty text is one empty line', '', 9, ['']],
  ])('breaks %s', (_what, text, most, lines) => {
    expect(wrapText(text, widthOf, most)).toEqual(lines)
  })

  it('never tears a letter from its marks', () => {
    for (const line of wrapText('བསྐྱེདབསྐྱེད', widthOf, 3)) expect(line).not.toMatch(/^\p{M}/u)
    for (const line of wrapText('क्षेत्रीयक्षेत्रीय', widthOf, 4)) expect(line).not.toMatch(/^\p{M}/u)
  })

  it('loses no letter and never runs off the paper', () => {
    const ascii = fc.stringMatching(/^[ -~]{0,200}$/)
    fc.assert(
      fc.property(ascii, fc.integer({ min: 1, max: 40 }), (text, most) => {
        const lines = wrapText(text, widthOf, most)
        expect(lines.every((line) => widthOf(line) <= most)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
