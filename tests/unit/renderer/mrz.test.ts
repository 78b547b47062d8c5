/** The zone on the screen: what an officer types, and what was recognised in a picture. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  identityCardZone,
  passportZone,
  type Traveller,
} from '../../../hardware/simulators/card/travel-document/groups.ts'
import { passwordOf } from '../../../hardware/card/travel-document/access-key.ts'
import { isCountryCode } from '../../../renderer/lib/mrz/country-codes.ts'
import { itemsInText } from '../../../renderer/lib/mrz/items-in-text.ts'
import { cleaned, dayOf, keyOf, stateOf } from '../../../renderer/lib/mrz/zone-items.ts'
import { createAgreement } from '../../../renderer/lib/mrz/zone-passes.ts'

const traveller: Traveller = {
  ...{ surname: 'WANGMO', givenNames: 'DECHEN', documentNumber: 'G0417732' },
  ...{ born: '910417', sex: 'F', expires: '331130' },
}
const inLines = (zone: string, width: number) => zone.match(new RegExp(`.{${width}}`, 'g'))?.join('\n') ?? ''
const passport = inLines(passportZone(traveller), 44)
const card = inLines(identityCardZone(traveller), 30)
const items = { number: 'G0417732<8', birth: '9104174', expiry: '3311307' }

describe('what is typed', () => {
  it.each([
    ['number', '', 'empty'],
    ['number', 'L8', 'unfinished'],
    ['number', 'L898902C', 'unfinished'],
    ['number', 'L898902C36', 'right'],
    ['number', 'l898902c 3 6', 'right'],
    ['number', 'L898902C37', 'wrong-digit'],
    ['number', 'L898902C3<', 'wrong-digit'],
    ['number', 'L898902Ü36', 'not-a-sign'],
    ['number', 'D231458907', 'right'],
    ['birth', '7408122', 'right'],
    ['birth', '7408123', 'wrong-digit'],
    ['birth', '740812', 'unfinished'],
    ['birth', '7413', 'not-a-date'],
    ['birth', '740832', 'not-a-date'],
    ['birth', '74O8', 'not-a-sign'],
    ['expiry', '1204159', 'right'],
  ] as const)('%s "%s": %s', (item, text, state) => expect(stateOf(item, text)).toBe(state))

  it('is a key only when all three are right, and the chip gets it as it wants it', () => {
    const key = keyOf(items)
    expect(key).toEqual({ documentNumber: 'G0417732', dateOfBirth: '910417', dateOfExpiry: '331130' })
    expect(keyOf({ ...items, birth: '9104175' })).toBeUndefined()
    const whole = passwordOf({ mrz: passportZone(traveller) })._unsafeUnwrap()
    expect(key && passwordOf(key)._unsafeUnwrap()).toEqual(whole)
  })

  it('of a date says which day is meant', () => {
    const today = '2026-11-24'
    expect(dayOf('birth', '7408122', today)).toBe('1974-08-12')
    expect(dayOf('birth', '1204159', today)).toBe('2012-04-15')
    expect(dayOf('expiry', '3311307', today)).toBe('2033-11-30')
    expect(dayOf('expiry', '9104174', today)).toBe('1991-04-17')
    expect(dayOf('birth', '740812', today)).toBeUndefined()
  })

  it('may be anything', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        expect(cleaned(text)).toBe(cleaned(cleaned(text)))
        for (const item of ['number', 'birth', 'expiry'] as const) stateOf(item, text)
      }),
    )
  })
})

describe('what was recognised', () => {
  it.each([
    ['a passport', passport],
    ['a card', card],
    ['other print above it', `KINGDOM OF BHUTAN PASSPORT\nDECHEN 17 APR 1991\n${passport}\n`],
    ['spaces and noise', passport.replaceAll('<<', '< <').replace('\n', ' .\n\n-')],
    ['fillers as nonsense', passport.replace(/<{10,}$/m, 'KLLLLKLKLLLLL')],
    ['letters for digits in the dates', passport.replace('910417', '9IO417').replace('331130', '33I13O')],
    ['a letter for a digit of the number', passport.replace('G0417732', 'GO417732')],
    ['a card with a letter too many', card.replace('I<BTN', 'I<KBTN')],
  ])('%s', (_what, text) => expect(itemsInText(text)).toEqual(items))

  it.each([
    ['nothing', ''],
    ['another number whose digit does not agree', passport.replace('G0417732', 'G0417733')],
    ['no country', passport.replace('8BTN', '8BTQ')],
    ['a date that is none', passport.replace('9104174', '9114174')],
    ['a sign too many before the number', passport.replace('G0417732', 'GG0417732')],
    ['the last digit says otherwise', passport.replace('G0417732', 'GO417732').replace(/.$/, '1')],
    ['a text without end', 'A'.repeat(10_000)],
  ])('%s gives nothing', (_what, text) => expect(itemsInText(text)).toBeUndefined())

  it('finds another letter for a digit, and G for 6 only of Bhutan, for no check digit tells these apart', () => {
    const other = inLines(passportZone({ ...traveller, documentNumber: 'B0417732' }), 44)
    expect(itemsInText(other.replace('B0417732', '80417732'))?.number).toMatch(/^B0417732</)
    const asSix = passport.replace('G0417732', '60417732')
    expect(itemsInText(asSix)?.number).toBe('G0417732<8')
    expect(itemsInText(asSix.replace('8BTN', '8IND'))?.number).toBe('60417732<8')
  })

  it('of four hundred pages with two signs changed is seldom another document, which is why two must agree', () => {
    const change = fc.array(fc.tuple(fc.nat(passport.length - 1), fc.constantFrom(...'0O1I5S8B<KL')), {
      minLength: 1,
      maxLength: 2,
    })
    let wrong = 0
    fc.assert(
      fc.property(change, (changes) => {
        const signs = [...passport]
        for (const [at, to] of changes) signs[at] = to
        const found = itemsInText(signs.join(''))
        if (found && JSON.stringify(keyOf(found)) !== JSON.stringify(keyOf(items))) wrong += 1
      }),
      { numRuns: 400, seed: 7 },
    )
    expect(wrong).toBeLessThanOrEqual(8)
  })

  it('may be any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void itemsInText(text)))
  })
})

it('two frames must say the same', () => {
  const agreed = createAgreement<object>()
  expect([agreed({ a: 1 }), agreed({ a: 2 }), agreed({ a: 1 })]).toEqual([false, false, true])
})

it('knows the codes of the zone, and no others', () => {
  for (const code of ['BTN', 'IND', 'NPL', 'D<<', 'UTO', 'XXA']) expect(isCountryCode(code)).toBe(true)
  for (const code of ['', 'B', 'BTQ', 'btn', 'BTN ']) expect(isCountryCode(code)).toBe(false)
})
