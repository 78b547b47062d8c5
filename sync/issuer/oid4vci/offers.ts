/**
 * Offers that are out, each for minutes. They lie on the disk (codes encrypted), for a citizen stands before a code that
 * the kiosk shows: a restart of the issuer must neither lose it nor forget how often it was tried.
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type PouchDB from 'pouchdb'
import type { z } from 'zod'
import type { IssuerKeys } from '../keys.ts'
import { adoptedId, endOf, offerIdOf, zAdopted, type AdoptedCode } from './adopted-code.ts'
import { offeredByDefault, type ConfigurationId } from './configurations.ts'
import {
  zSecrets,
  zStored,
  type Holder,
  type Notice,
  type NoticeEvent,
  type Offer,
  type Transaction,
} from './z-offer.ts'

export type { Offer } from './z-offer.ts'

export const offerLifeMs = 10 * 60_000
export const mostWrongTries = 5
/** Answers with credentials after which what a wallet could not keep is not given again. */
const mostNotKept = 4

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
        ...zSecrets.parse(JSON.parse(keys.reveal(codes, id))),
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
      transactions: [],
      notices: [],
    }
    this.#offers.set(id, offer)
    await this.#save(offer)
    return offer
  }

  /**
   * Takes a code that a kiosk made for a request, for the phone that it paired; the same again changes nothing.
   * @returns whether it is taken: not where it has another form, is over, or another was taken for that request
   */
  async adopt(code: AdoptedCode): Promise<boolean> {
    const adopted = zAdopted.safeParse(code)
    if (!adopted.success) return false
    const { until, ...rest } = adopted.data
    const id = adoptedId(rest.request)
    const known = this.#offers.get(id)
    if (known) return same(known.code, rest.code) && known.boundTo === rest.boundTo
    const expires = endOf(until, this.#clock.now())
    if (expires <= this.#clock.now()) return false
    const empty = { given: new Set<string>(), transactions: [], notices: [] }
    const offer: Offer = { ...rest, ...empty, id, expires, wrongTries: 0, state: 'waiting' }
    this.#offers.set(id, offer)
    await this.#save(offer)
    return true
  }

  byId(id: string): Offer | undefined {
    return this.#offers.get(id)
  }
  isOver(offer: Offer): boolean {
    return offer.expires <= this.#clock.now()
  }

  /** One code, one redemption, five wrong transaction codes (OpenID4VCI 1.0 §6.3). */
  async redeem(code: string, txCode: string | undefined): Promise<Redemption> {
    const offer = this.#offers.get(offerIdOf(code))
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
    // A wallet that has told of its first credential may still take the others.
    if ((offer.state !== 'opened' && offer.state !== 'collected') || !isToBeHad) return false
    offer.given.add(configuration)
    await this.#save(offer)
    return true
  }

  /** The answer never left: what was given may be asked for again. */
  async takeBack(offer: Offer, configuration: string): Promise<void> {
    offer.given.delete(configuration)
    offer.notices = offer.notices.filter(
      (one) => one.configuration !== configuration || one.event !== undefined,
    )
    await this.#save(offer)
  }

  /** Keeps what was asked for until it is decided; asked for again it is the same. */
  async defer(offer: Offer, configuration: ConfigurationId, holders: Holder[]): Promise<Transaction> {
    const known = offer.transactions.find((one) => one.configuration === configuration)
    const id = known?.id ?? randomBytes(18).toString('base64url')
    const transaction = { id, configuration, holders }
    offer.transactions = [...offer.transactions.filter((one) => one.id !== id), transaction]
    await this.#save(offer)
    return transaction
  }

  /** The wallet has it: its name is worth nothing from now on (OpenID4VCI 1.0 §8.3). */
  async settle(offer: Offer, { id }: Transaction): Promise<void> {
    offer.transactions = offer.transactions.filter((one) => one.id !== id)
    await this.#save(offer)
  }

  /** @returns under which name the wallet may tell what became of it */
  async notice(offer: Offer, configuration: string): Promise<string> {
    const id = randomBytes(12).toString('base64url')
    offer.notices = [...offer.notices, { id, configuration }]
    await this.#save(offer)
    return id
  }

  /**
   * What the wallet tells; the same again changes nothing. What it could not keep may be asked for again, a few times.
   * @returns whether it was news
   */
  async told(offer: Offer, notice: Notice, event: NoticeEvent): Promise<boolean> {
    if (notice.event === event) return false
    notice.event = event
    if (event === 'credential_failure' && offer.notices.length <= mostNotKept)
      offer.given.delete(notice.configuration)
    await this.#save(offer)
    return true
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
  #save({ id, code, txCode, transactions, notices, given, ...rest }: Offer): Promise<void> {
    const _id = `offer:${id}`
    const codes = this.#keys.protect(JSON.stringify({ code, txCode, transactions, notices }), id)
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
