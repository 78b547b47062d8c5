/** How fast the link carries, as the issuer acknowledges it, and from that the size of the next piece. */

/** All pieces under way together take about so long: something urgent gets in soon, and each costs little. */
const pieceSeconds = 12
/** Where nothing else waits for a place, fewer acknowledgements are waited for. */
const aloneSeconds = 15
const smallest = 16 * 1024
const largest = 1024 * 1024
/** What is older counts half for each of these. */
const halfLifeMs = 60_000

export class LinkSpeed {
  readonly #steady: () => number
  #bytes = 0
  #busyMs = 0
  #lastMs: number | undefined

  /** @param steady ms that only go forward @param bytesPerSecond what was measured in the last run */
  constructor(steady: () => number, bytesPerSecond?: number) {
    this.#steady = steady
    if (bytesPerSecond !== undefined && bytesPerSecond > 0) {
      // Believed until something was measured, and soon forgotten then.
      this.#busyMs = 5_000
      this.#bytes = (bytesPerSecond * this.#busyMs) / 1_000
    }
  }

  /** An upload begins, or goes on after a pause: the time until the next acknowledgement counts. */
  begin(): void {
    this.#lastMs ??= this.#steady()
  }
  /** Nothing is under way any more. What was sent since the last acknowledgement is told when the upload goes on. */
  pause(): void {
    this.acknowledged(0)
    this.#lastMs = undefined
  }
  acknowledged(bytes: number): void {
    const now = this.#steady()
    const passed = now - (this.#lastMs ?? now)
    this.#lastMs = now
    const fade = 0.5 ** (passed / halfLifeMs)
    this.#bytes = this.#bytes * fade + bytes
    this.#busyMs = this.#busyMs * fade + passed
  }

  /** @returns undefined until enough was measured */
  bytesPerSecond(): number | undefined {
    return this.#busyMs >= 50 && this.#bytes > 0 ? (this.#bytes / this.#busyMs) * 1_000 : undefined
  }

  /**
   * @param beside how many pieces are under way at once and share the link
   * @param isRoom whether something urgent could begin beside them at any time
   */
  pieceBytes(beside: number, isRoom = false): number {
    const speed = this.bytesPerSecond()
    if (speed === undefined) return smallest
    const seconds = isRoom ? aloneSeconds : pieceSeconds
    return Math.round(Math.min(largest, Math.max(smallest, (speed * seconds) / beside)))
  }

  /** @returns after how many ms without an acknowledgement a connection is taken for dead */
  stallMs(beside: number, isRoom = false): number {
    const speed = this.bytesPerSecond()
    const expected = speed ? (this.pieceBytes(beside, isRoom) * beside * 1_000) / speed : 0
    return Math.min(120_000, Math.max(20_000, expected * 3))
  }
}
