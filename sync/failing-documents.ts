/**
 * Documents that the issuer answers with an error of its own instead of a judgement. Where all are answered so, the issuer
 * is ill and none of them is to blame; one that fails again and again while others are taken is set aside for a while, so
 * that it holds up nobody, and is offered again by itself.
 */

/** So often it fails beside others that are taken before it is set aside. */
const times = 3
const firstPauseMs = 5_000
const longestPauseMs = 3_600_000

interface Failing {
  failed: number
  /** steady ms, once it is set aside */
  until?: number
}

export class FailingDocuments {
  readonly #steady: () => number
  readonly #failing = new Map<string, Failing>()

  /** @param steady ms that only go forward */
  constructor(steady: () => number) {
    this.#steady = steady
  }

  /** Beside others that were taken this one failed. @returns whether it is to be set aside now */
  failed(id: string): boolean {
    const failed = (this.#failing.get(id)?.failed ?? 0) + 1
    if (failed < times) {
      this.#failing.set(id, { failed })
      return false
    }
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (failed - times))
    this.#failing.set(id, { failed, until: this.#steady() + pause })
    return true
  }

  /** The issuer took it, or judged it. */
  heard(id: string): void {
    this.#failing.delete(id)
  }

  /** @returns whether one that is set aside is to be offered again; of an earlier run of the program: at once */
  isDue(id: string): boolean {
    return (this.#failing.get(id)?.until ?? -Infinity) <= this.#steady()
  }
}
