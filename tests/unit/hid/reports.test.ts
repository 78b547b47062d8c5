/** What comes over the cable: known reports, and every kind of nonsense. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardOfReport } from '../../../hardware/hid/card-report.ts'
import { createCodeAssembly, longestCode } from '../../../hardware/hid/code-assembly.ts'
import { loadProfiles } from '../../../hardware/hid/profiles.ts'
import { codeReports, touchReport } from '../../../hardware/simulators/hid/models.ts'

const { profiles } = loadProfiles()
function cardLayout(id: string) {
  const profile = profiles.find((one) => one.id === id)
  if (profile?.yields !== 'card-uid') throw new Error(id)
  return profile.layout
}
function codeLayout(id: string) {
  const profile = profiles.find((one) => one.id === id)
  if (profile?.yields !== 'code') throw new Error(id)
  return profile.layout
}
const reader = cardLayout('reference-reader')
const pcprox = cardLayout('rfideas-pcprox')
const scanner = codeLayout('honeywell-hid-pos')
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('a report of a card reader', () => {
  it.each([
    ['a touch', reader, '55 04 01020304 00', '01020304'],
    ['no card', reader, '55 00 00000000', undefined],
    ['least significant byte first, filled up with zeros', pcprox, '00 d204 2a00000000 00', '2a04d2'],
    ['a long number, least significant byte first', pcprox, '00 0102030405 000000', '0504030201'],
    ['an asked reader without a card', pcprox, '00 0000000000000000', undefined],
  ])('%s', (_what, layout, report, uid) => {
    expect(cardOfReport(layout, bytes(report))._unsafeUnwrap()).toBe(uid)
  })

  it.each([
    ['counts more than it has', '55 0a 0102'],
    ['counts more than the field', '55 ff 01020304050607080900'],
    ['a number that is too short', '55 02 0102'],
    ['empty', ''],
  ])('is refused: %s', (_what, report) => {
    expect(cardOfReport(reader, bytes(report)).isErr()).toBe(true)
  })

  it('never breaks the reader, and a number has 3 to 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(reader, pcprox), (report, layout) => {
        const card = cardOfReport(layout, report)
        if (card.isOk() && card.value !== undefined) expect(card.value).toMatch(/^([0-9a-f]{2}){3,16}$/)
      }),
    )
  })

  it('gives back the number that was touched', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 10 }), (uid) => {
        fc.pre(uid.some((byte) => byte !== 0))
        expect(cardOfReport(reader, touchReport(uid))._unsafeUnwrap()).toBe(Buffer.from(uid).toString('hex'))
      }),
    )
  })
})

describe('the reports of a scanner', () => {
  const readAll = (reports: readonly Uint8Array[], pauseMs = 5) => {
    const assemble = createCodeAssembly(scanner)
    return reports.map((report, index) => assemble(report, index * pauseMs))
  }

  it('give back whatever text was scanned, however long', () => {
    const printable = fc.stringMatching(/^[\p{L}\p{N}\p{P} ]+$/u, { maxLength: 2_000 })
    fc.assert(
      fc.property(printable, (text) => {
        fc.pre(text.trim() !== '' && text === text.replace(/[\r\n\t]+$/, ''))
        const results = readAll(codeReports(text, ']Q1'))
        expect(results.at(-1)).toEqual({ state: 'whole', code: { text, symbology: ']Q1' } })
        expect(results.slice(0, -1).every(({ state }) => state === 'more')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('lose the line end that a scanner adds, and a symbology that is none', () => {
    expect(readAll(codeReports('BTID:1\r\n', 'xx'))).toEqual([{ state: 'whole', code: { text: 'BTID:1' } }])
  })

  it.each([
    ['no text in UTF-8', [bytes(`02 02 5d5131 fffe ${'00'.repeat(57)}`)]],
    ['a control character', codeReports('a\u0007b')],
    ['an empty code', codeReports('')],
    ['another report', [bytes(`09 01 5d5131 41 ${'00'.repeat(58)}`)]],
    ['cut off before its last byte', [bytes('02 01 5d5131 41')]],
  ])('are refused: %s', (_what, reports) => {
    expect(readAll(reports).at(-1)).toEqual({ state: 'unusable' })
  })

  it('end a code that never ends, and go on with the next', () => {
    const endless = codeReports('x'.repeat(longestCode + 100))
    const assemble = createCodeAssembly(scanner)
    const states = endless.map((report, n) => assemble(report, n).state)
    expect(states).toContain('unusable')
    for (const report of codeReports('next')) {
      expect(assemble(report, 20_000)).toMatchObject({ code: { text: 'next' } })
    }
  })

  it('never make the end of one code the beginning of another', () => {
    const [half] = codeReports('y'.repeat(100))
    const assemble = createCodeAssembly(scanner)
    if (half) assemble(half, 0)
    expect(codeReports('mine').map((report) => assemble(report, 1_500))).toMatchObject([
      { code: { text: 'mine' } },
    ])
  })

  it('never break the kiosk, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 30 }), (reports) => {
        for (const result of readAll(reports)) {
          if (result.state === 'whole') expect(result.code.text.length).toBeLessThanOrEqual(longestCode)
        }
      }),
    )
  })
})
