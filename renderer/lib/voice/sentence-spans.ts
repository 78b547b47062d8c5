/** Where the sentences of a text begin and end, in three scripts: full stop, Nepali danda, Dzongkha shad. */

export interface Span {
  from: number
  to: number
}

/** A sentence ends with its sign before a space or at the end; the one in "1.5" ends nothing. */
const sentence = /\S[\s\S]*?(?:[.!?…།༎।॥]+(?=[\s\u200b]|$)|$)/g

/** @returns the sentences in order, without the spaces between them */
export const sentenceSpans = (text: string): Span[] =>
  [...text.matchAll(sentence)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.trimEnd().length,
  }))
