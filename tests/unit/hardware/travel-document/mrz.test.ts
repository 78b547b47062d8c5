/** The machine readable zone: the standard's own specimens, and everything that is none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passwordOf } from '../../../../hardware/card/travel-document/access-key.ts'
import { parseMrz } from '../../../../hardware/card/travel-document/mrz.ts'
import { withCheck } from '../../../../hardware/simulators/card/travel-document/groups.ts'

// ICAO 9303-4 appendix B, 9303-6 appendix B, 9303-5 appendix B.
const td3 = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10'
const td2 = 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6'
const td1 = 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<'

const person = {
  surname: 'ERIKSSON',
  givenNames: 'ANNA MARIA',
  issuingState: 'UTO',
  nationality: 'UTO',
  dateOfBirth: '740812',
  dateOfExpiry: '120415',
  sex: 'female',
}

describe('a specimen', () => {
  it.each([
    ['TD3', td3, { documentNumber: 'L898902C3', documentCode: 'P', optionalData: 'ZE184226B' }],
    ['TD2', td2, { documentNumber: 'D23145890', documentCode: 'I', optionalData: '' }],
    ['TD1', td1, { documentNumber: 'D23145890', documentCode: 'I', optionalData: '' }],
  ])('of %s is read', (format, zone, more) => {
    expect(parseMrz(zone)._unsafeUnwrap()).toEqual({ format, ...person, ...more })
    expect(parseMrz(zone.replaceAll('\n', '').toLowerCase()).isOk()).toBe(true)
    expect(parseMrz(` ${zone.replaceAll('<', ' <')} `).isOk()).toBe(true)
  })

  it('with a long document number gives all of it', () => {
    const zone = 'I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<'
    expect(parseMrz(zone)._unsafeUnwrap()).toMatchObject({ documentNumber: 'D23145890734', sex: 'male' })
  })

  it.each([td3, td2, td1])('with one digit misread is refused: %s', (zone) => {
    const digits = [...zone.matchAll(/[0-9]/g)].map(({ index }) => index)
    for (const at of digits) {
      const other = (Number(zone[at]) + 1) % 10
      expect(parseMrz(zone.slice(0, at) + other + zone.slice(at + 1)).isErr()).toBe(true)
    }
  })

  it('may have one name only, and no optional data with no check digit', () => {
    const fillers = '<'.repeat(15)
    // The check digit of all is counted by the simulator's own code.
    const all = withCheck(`L898902C3674081221204159${fillers}`).at(-1)
    const zone = `P<UTOSUKARNO${'<'.repeat(32)}L898902C36UTO7408122F1204159${fillers}${all}`
    const read = parseMrz(zone)
    expect(read._unsafeUnwrap()).toMatchObject({ surname: 'SUKARNO', givenNames: '', optionalData: '' })
  })
})

describe('any other text', () => {
  it('is refused, and nothing is thrown', () => {
    const sign = fc.constantFrom(...'ABCZ0189<\n P')
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 300 }), fc.array(sign, { minLength: 88, maxLength: 92 })),
        (text) => {
          const zone = typeof text === 'string' ? text : text.join('')
          const read = parseMrz(zone)
          if (read.isOk()) expect(read.value.dateOfBirth).toHaveLength(6)
          expect(['value', 'error']).toContain(passwordOf({ mrz: zone }).isOk() ? 'value' : 'error')
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    { can: '12345' },
    { can: '1234567' },
    { can: '12a456' },
    { documentNumber: '', dateOfBirth: '740812', dateOfExpiry: '120415' },
    { documentNumber: 'L898 -2C3', dateOfBirth: '740812', dateOfExpiry: '120415' },
    { documentNumber: 'L898902C3', dateOfBirth: '1974-08-12', dateOfExpiry: '120415' },
    { mrz: td3.replace('F', 'X') },
  ])('is no key: %o', (key) => {
    expect(passwordOf(key)).toMatchObject({ error: 'malformed' })
  })
})
