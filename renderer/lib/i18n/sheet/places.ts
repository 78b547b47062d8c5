/** What a text in ICU MessageFormat needs filled in. */
import { parse, type Token } from '@messageformat/parser'

/** What a text needs filled in, and how: a number where it says one thing for one and another for many. */
export type Places = Record<string, 'number' | 'text'>

/** @throws where the text is not MessageFormat */
export function placesOf(text: string): Places {
  const places: Places = {}
  const look = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'content' || token.type === 'octothorpe') continue
      if (token.type === 'argument') places[token.arg] ??= 'text'
      else places[token.arg] = token.type === 'select' ? 'text' : 'number'
      if ('cases' in token) for (const one of token.cases) look(one.tokens)
    }
  }
  look(parse(text))
  return places
}

/** The only one that there is: numbers in the digits of the language. */
const formatter = 'digits'

/** Which words MessageFormat's plural knows in each language (CLDR); Dzongkha says the same for one and for many. */
const pluralCases = { en: ['one', 'other'], dz: ['other'], ne: ['one', 'other'] } as const

/** @returns whether it is MessageFormat that can be said in this language, with the same places to fill in as the English text */
export function fitsPlaces(language: keyof typeof pluralCases, english: string, text: string): boolean {
  try {
    const cardinal = [...pluralCases[language]]
    const tokens = parse(text, { cardinal, ordinal: ['other'], strictPluralKeys: true })
    return onlyDigits(tokens) && namesIn(english) === namesIn(text)
  } catch {
    return false
  }
}

const namesIn = (text: string) => Object.keys(placesOf(text)).sort().join()

const onlyDigits = (tokens: readonly Token[]): boolean =>
  tokens.every((token) => {
    if (token.type === 'function') return token.key === formatter
    return !('cases' in token) || token.cases.every((one) => onlyDigits(one.tokens))
  })
