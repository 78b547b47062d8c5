/**
 * Offers that are out, each for minutes. They lie on the disk (codes encrypted), for a citizen stands before a code that
 * the kiosk shows: a restart of the issuer must neither lose it nor forget how often it was tried.
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import type { IssuerKeys } from '../keys.ts'
import { offeredByDefault } from './configurations.ts'

const zStored = z.object({
  request: z.string(),
  expires: z.number(),
  wrongTries: z.number().int(),
  state: z.enum(['waiting', 'opened', 'collected', 'void']),
  /** configurations that it holds */
  configurations: z
    .array(z.string())
    .min(1)
    .default([...offeredByDefault]),
  /** of them, those that the wallet has received */
  given: z.array(z.string()),
  /** encrypted {code, txCode} */
  codes: z.string(),
})
const zCodes = z.object({ code: z.string(), txCode: z.string() })

export interface Offer extends Omit<z.infer<typeof zStored>, 'codes' | 'given'> {
  id: string
  code: string
  txCode: string
  given: Set<string>
}

export const offerLifeMs = 10 * 60_000
export const mostWrongTries = 5

export type Redemption =
  { ok: true; offer: Offer } | { ok: false; error: 'invalid_grant' | 'invalid_request'; offer?: Offer }

export class Offers {
  readonly #offers = new Map<string, Offer>()
  readonly #database: PouchDB<z.infer<typeof zStored>>
  readonly #keys: Pick<IssuerKeys, 'protect' | 'reveal'>
  readonly #clock: { now(): number }
  #saving: Promise<void> = Promise.resolve()

  private constructor(
    database: PouchDB<z.infer<typeof zStored>>,
    keys: IssuerKeys,
    clock: { now(): number },
  ) {
    this.#database = database
    this.#keys = keys
    this.#clock = clock
  }

  /** Takes up the offers that were out when the issuer stopped. */
  static async open(
    database: PouchDB<z.infer<typeof zStored>>,
    keys: IssuerKeys,
    clock: { now(): number },
  ): Promise<Offers> {
    const offers = new Offers(database, keys, clock)
    for (const { id: _id, doc } of (await database.allDocs({ include_docs: true })).rows) {
      const id = _id.slice('offer:'.length)
      const stored = zStored.safeParse(doc)
      if (!stored.success) continue
      const { codes, given, ...rest } = stored.data
      offers.#offers.set(id, {
        ...rest,
        id,
        given: new Set(given),
        ...zCodes.parse(JSON.parse(keys.reveal(codes, id))),
      })
    }
    return offers
  }

  /** A new offer for a request takes the place of those before it. @param configurations what it holds */
  async create(request: string, configurations: readonly string[] = offeredByDefault): Promise<Offer> {
    await this.#forgetOld()
    for (const other of this.#offers.values()) {
      if (other.request !== request || other.state === 'collected') continue
      other.state = 'void'
      await this.#save(other)
    }
    const id = randomBytes(12).toString('base64url')
    const offer: Offer = {
      id,
      request,
      // The id in front finds the offer; what is secret is compared in constant time.
      code: `${id}.${randomBytes(24).toString('base64url')}`,
      txCode: String(randomInt(0, 1_000_000)).padStart(6, '0'),
      expires: this.#clock.now() + offerLifeMs,
      wrongTries: 0,
      state: 'waiting',
      configurations: [...configurations],
      given: new Set(),
    }
    this.#offers.set(id, offer)
    await this.#save(offer)
    return offer
  }

  byId(id: string): Offer | undefined {
    return this.#offers.get(id)
  }
  isOver(offer: Offer): boolean {
    return offer.expires <= this.#clock.now()
  }

  /** One code, one redemption, five wrong transaction codes (OpenID4VCI 1.0 §6.3). */
  async redeem(code: string, txCode: string | undefined): Promise<Redemption> {
    const offer = this.#offers.get(code.split('.')[0] ?? '')
    if (!offer || !same(offer.code, code) || offer.state !== 'waiting' || this.isOver(offer))
      return { ok: false, error: 'invalid_grant' }
    if (txCode === undefined) return { ok: false, error: 'invalid_request', offer }
    if (!same(offer.txCode, txCode)) {
      offer.wrongTries += 1
      if (offer.wrongTries >= mostWrongTries) offer.state = 'void'
      await this.#save(offer)
      return { ok: false, error: 'invalid_grant', offer }
    }
    offer.state = 'opened'
    await this.#save(offer)
    return { ok: true, offer }
  }

  /** Gives a configuration away, once. @returns whether it was still to be had */
  async give(offer: Offer, configuration: string): Promise<boolean> {
    const isToBeHad = offer.configurations.includes(configuration) && !offer.given.has(configuration)
    if (offer.state !== 'opened' || !isToBeHad) return false
    offer.given.add(configuration)
    await this.#save(offer)
    return true
  }

  /** The answer never left: what was given may be asked for again. */
  async takeBack(offer: Offer, configuration: string): Promise<void> {
    offer.given.delete(configuration)
    await this.#save(offer)
  }

  async collected(offer: Offer): Promise<void> {
    offer.state = 'collected'
    await this.#save(offer)
  }

  async close(): Promise<void> {
    await this.#saving.catch(() => undefined)
    await this.#database.close()
  }

  /** What is in memory leads; the disk follows in order, and an answer waits for it. */
  #save({ id, code, txCode, given, ...rest }: Offer): Promise<void> {
    const _id = `offer:${id}`
    const codes = this.#keys.protect(JSON.stringify({ code, txCode }), id)
    const stored = { ...rest, given: [...given], codes }
    return this.#inOrder(async () => {
      const before = await this.#database.get(_id).catch(() => undefined)
      await this.#database.put({ _id, ...(before && { _rev: before._rev }), ...stored })
    })
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    const done = this.#saving.then(work)
    this.#saving = done.catch(() => undefined)
    return done
  }

  async #forgetOld(): Promise<void> {
    const now = this.#clock.now()
    for (const [id, { expires }] of this.#offers) {
      if (expires + 6 * offerLifeMs >= now) continue
      this.#offers.delete(id)
      await this.#inOrder(async () => {
        const stored = await this.#database.get(`offer:${id}`).catch(() => undefined)
        if (stored) await this.#database.remove(stored)
      })
    }
  }
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
