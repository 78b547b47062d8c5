/** A text of a failure says what happened first. English ends a sentence with a full stop, Dzongkha and Nepali with a line. */

/** @returns the first sentence, and the others if there are any */
export function headAndRest(text: string): { head: string; rest: string } {
  const [, head = text, rest = ''] = /^([\s\S]*?[.!?\u0f0d\u0964])\u200b?\s+([\s\S]+)$/.exec(text) ?? []
  return { head, rest }
}
