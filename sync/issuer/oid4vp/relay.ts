/**
 * A letter box between a kiosk, which nobody can call, and a phone that has a network: the kiosk leaves its signed question,
 * the phone its answer, encrypted to a key that only the kiosk has. What lies here is forgotten after minutes and is never
 * written to the disk.
 */
export const relayLifeMs = 6 * 60_000
export const longestQuestion = 16_000
export const longestAnswer = 32_000
const mostOfKiosk = 10
const mostOfAll = 2_000

interface Letter {
  kiosk: string
  question: string
  answer?: string
  until: number
}

export type Collected = { state: 'open' } | { state: 'answered'; response: string }

export interface Relay {
  /** @param id 128 random bits that the kiosk chose @returns whether there was room for it */
  leave(kiosk: string, id: string, question: string): boolean
  /** @returns undefined where there is none, or not any more */
  question(id: string): string | undefined
  /** The first answer counts. @returns whether it was taken */
  answer(id: string, response: string): boolean
  /** To the kiosk that asked; an answer is given out once. */
  collect(kiosk: string, id: string): Collected | undefined
}

export function createRelay(clock: { now(): number }): Relay {
  const letters = new Map<string, Letter>()
  const sweep = () => {
    for (const [id, { until }] of letters) if (until <= clock.now()) letters.delete(id)
  }
  function current(id: string): Letter | undefined {
    const letter = letters.get(id)
    return letter && letter.until > clock.now() ? letter : undefined
  }

  return {
    leave(kiosk, id, question) {
      sweep()
      const own = [...letters.values()].filter((letter) => letter.kiosk === kiosk).length
      if (letters.has(id) || own >= mostOfKiosk || letters.size >= mostOfAll) return false
      letters.set(id, { kiosk, question, until: clock.now() + relayLifeMs })
      return true
    },
    question(id) {
      const letter = current(id)
      // Nobody has anything to gain from a question that was answered.
      return letter?.answer === undefined ? letter?.question : undefined
    },
    answer(id, response) {
      const letter = current(id)
      if (!letter || letter.answer !== undefined) return false
      letter.answer = response
      return true
    },
    collect(kiosk, id) {
      const letter = current(id)
      if (!letter || letter.kiosk !== kiosk) return undefined
      if (letter.answer === undefined) return { state: 'open' }
      letters.delete(id)
      return { state: 'answered', response: letter.answer }
    },
  }
}
