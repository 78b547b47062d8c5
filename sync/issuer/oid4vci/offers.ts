/** Offers that are out: pre-authorised codes with their transaction codes, tokens and nonces. They live minutes, in memory. */
import { randomBytes, randomInt } from 'node:crypto'
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'

export interface Offer {
  id: string
  request: string
  code: string
  txCode: string
  expires: number
  wrongTries: number
  state: 'waiting' | 'opened' | 'collected' | 'void'
  claims: FoundationalClaims
  statusIndex: number
  /** configurations that the wallet has received */
  given: Set<string>
  token?: string
}

const lifeMs = 10 * 60_000
const mostWrongTries = 5

export type Redemption =
  { ok: true; offer: Offer } | { ok: false; error: 'invalid_grant' | 'invalid_request' }

export class Offers {
  readonly #offers = new Map<string, Offer>()
  readonly #nonces = new Map<string, number>()
  readonly #clock: { now(): number }
  constructor(clock: { now(): number }) {
    this.#clock = clock
  }

  create(request: string, claims: FoundationalClaims, statusIndex: number): Offer {
    this.#forgetOld()
    const offer: Offer = {
      id: randomBytes(12).toString('base64url'),
      request,
      code: randomBytes(24).toString('base64url'),
      txCode: String(randomInt(0, 1_000_000)).padStart(6, '0'),
      expires: this.#clock.now() + lifeMs,
      wrongTries: 0,
      state: 'waiting',
      claims,
      statusIndex,
      given: new Set(),
    }
    this.#offers.set(offer.id, offer)
    return offer
  }

  byId(id: string): Offer | undefined {
    return this.#offers.get(id)
  }
  isOver(offer: Offer): boolean {
    return offer.expires <= this.#clock.now()
  }

  /** One code, one redemption, five wrong transaction codes (OpenID4VCI 1.0 §6.3). */
  redeem(code: string, txCode: string | undefined): Redemption {
    const offer = [...this.#offers.values()].find((one) => one.code === code)
    if (!offer || offer.state !== 'waiting' || this.isOver(offer))
      return { ok: false, error: 'invalid_grant' }
    if (txCode === undefined) return { ok: false, error: 'invalid_request' }
    if (txCode !== offer.txCode) {
      offer.wrongTries += 1
      if (offer.wrongTries >= mostWrongTries) offer.state = 'void'
      return { ok: false, error: 'invalid_grant' }
    }
    offer.state = 'opened'
    offer.token = randomBytes(32).toString('base64url')
    return { ok: true, offer }
  }

  byToken(token: string): Offer | undefined {
    const offer = [...this.#offers.values()].find((one) => one.token === token)
    return offer && !this.isOver(offer) ? offer : undefined
  }

  nonce(): string {
    const nonce = randomBytes(16).toString('base64url')
    this.#nonces.set(nonce, this.#clock.now() + 5 * 60_000)
    return nonce
  }
  /** @returns whether the nonce was ours, unused and in time; it is used now */
  useNonce(nonce: string): boolean {
    const until = this.#nonces.get(nonce)
    this.#nonces.delete(nonce)
    return until !== undefined && until > this.#clock.now()
  }

  #forgetOld(): void {
    const now = this.#clock.now()
    for (const [id, offer] of this.#offers) if (offer.expires + lifeMs < now) this.#offers.delete(id)
    for (const [nonce, until] of this.#nonces) if (until < now) this.#nonces.delete(nonce)
  }
}
