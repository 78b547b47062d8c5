/**
 * Nonces for key proofs (OpenID4VCI 1.0 §7). Anyone may ask for one, so none is remembered until it has been used: a
 * nonce carries its own time under a key of this process. After a restart the old ones are void; a wallet fetches a new one.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const nonceLifeMs = 5 * 60_000

export class Nonces {
  readonly #key = randomBytes(32)
  readonly #used = new Map<string, number>()
  readonly #clock: { now(): number }
  constructor(clock: { now(): number }) {
    this.#clock = clock
  }

  make(): string {
    const body = Buffer.alloc(24)
    body.writeBigUInt64BE(BigInt(this.#clock.now() + nonceLifeMs))
    randomBytes(16).copy(body, 8)
    return Buffer.concat([body, this.#tag(body)]).toString('base64url')
  }

  /** @returns whether it is ours, in time and unused */
  holds(nonce: string): boolean {
    const until = this.#untilOf(nonce)
    return until !== undefined && until > this.#clock.now() && !this.#used.has(nonce)
  }

  /** @returns whether it held; it is used now */
  use(nonce: string): boolean {
    if (!this.holds(nonce)) return false
    const now = this.#clock.now()
    for (const [old, until] of this.#used) if (until <= now) this.#used.delete(old)
    this.#used.set(nonce, this.#untilOf(nonce) ?? 0)
    return true
  }

  #untilOf(nonce: string): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url')
    // Only the one spelling counts: base64url of the same bytes could be written in more than one way.
    if (bytes.length !== 56 || bytes.toString('base64url') !== nonce) return undefined
    const body = bytes.subarray(0, 24)
    return timingSafeEqual(this.#tag(body), bytes.subarray(24)) ? Number(body.readBigUInt64BE()) : undefined
  }

  #tag(body: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(body).digest()
  }
}
