/** Small rules about words: the first sentence of a failure, dates in Dzongkha and Nepali. */
import { describe, expect, it } from 'vitest'
import { dzongkhaDate, dzongkhaDateTime, tibetanDigits } from '../../../renderer/lib/i18n/dzongkha-date.ts'
import { devanagariDigits, nepaliDate, nepaliDateTime } from '../../../renderer/lib/i18n/nepali-date.ts'
import { headAndRest } from '../../../renderer/lib/i18n/sentences.ts'

describe('the first sentence of a failure', () => {
  it.each([
    ['No card. Place it flat. Leave it.', 'No card.', 'Place it flat. Leave it.'],
    ['ལག་ཁྱེར་མིན་འདུག། བཞག་གནང་།', 'ལག་ཁྱེར་མིན་འདུག།', 'བཞག་གནང་།'],
    ['कार्ड छैन। राख्नुहोस्।', 'कार्ड छैन।', 'राख्नुहोस्।'],
    ['One sentence only.', 'One sentence only.', ''],
    ['no end', 'no end', ''],
    ['', '', ''],
  ])('of "%s"', (text, head, rest) => {
    expect(headAndRest(text)).toEqual({ head, rest })
  })
})

describe('Nepali', () => {
  const at = new Date(2026, 10, 4, 9, 5).getTime()
  it('writes digits, days and times in its own script', () => {
    expect(devanagariDigits('1907 / 28')).toBe('१९०७ / २८')
    expect(nepaliDate(at)).toBe('२०२६ नोभेम्बर ४')
    expect(nepaliDateTime(at)).toBe('२०२६ नोभेम्बर ४, ०९:०५')
  })
})

describe('Dzongkha', () => {
  const at = new Date(2026, 10, 4, 9, 5).getTime()
  it('writes digits, days and times in its own script', () => {
    expect(tibetanDigits('1907 / 28')).toBe('༡༩༠༧ / ༢༨')
    expect(dzongkhaDate(at)).toBe('སྤྱི་ལོ་༢༠༢༦ ཟླ་༡༡ ཚེས་༤')
    expect(dzongkhaDateTime(at)).toBe('སྤྱི་ལོ་༢༠༢༦ ཟླ་༡༡ ཚེས་༤ ཆུ་ཚོད་༩:༠༥')
  })
})
