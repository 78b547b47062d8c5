/** The phone: what it keeps, which screen it shows, and what becomes of a code that it reads. */
import { setLanguage } from '../lib/i18n/i18n.svelte.ts'
import { heldIdOf, personOf, type HeldId } from './held-id.ts'
import type { Keeper } from './keep/keeper.ts'
import { withId } from './keep/with-id.ts'
import { withIssuer } from './keep/with-issuer.ts'
import type { Awaited, KeptId, Language, Wallet } from './keep/z-wallet.ts'
import { answerText, presentFields } from './protocol/answer-request.ts'
import {
  askAgain,
  collectOffer,
  nameOfIssuer,
  openOffer,
  tellIssuer,
  type Collected,
} from './protocol/collect-offer.ts'
import { fetchRequest, isByReference } from './protocol/fetched-request.ts'
import { HandOverCatcher, type Sealed } from './protocol/hand-over-catch.ts'
import type { Offer } from './protocol/offer-code.ts'
import { answerPairing, readPairing, type PairingRequest } from './protocol/pairing-code.ts'
import type { PhoneFailure } from './protocol/phone-failure.ts'
import { postAnswer } from './protocol/post-answer.ts'
import type { ReachIssuer } from './protocol/reach-issuer.ts'
import { kindOfCode } from './protocol/read-code.ts'
import { writeReceipt } from './protocol/receipt-code.ts'
import { checkRegistration } from './protocol/registration.ts'
import { readRequest, type AskedRequest } from './protocol/request-code.ts'
import { checkVerifier } from './protocol/verifier.ts'
import type { Screen } from './screens.ts'
import { takeOffered, takeSealed, type Taken } from './take-credential.ts'

/** What the camera has seen besides what it looks for. */
export type ScanNote = 'other' | 'broken' | 'unknown'

export class Phone {
  screen = $state.raw<Screen>({ name: 'home' })
  ids = $state.raw<HeldId[]>([])
  awaited = $state.raw<Awaited[]>([])
  /** of the frames that are being caught */
  caught = $state.raw<{ have: number; needed: number }>()
  note = $state<ScanNote>()
  readonly mark: string

  readonly #keeper: Keeper
  readonly #reach: ReachIssuer
  #wallet: Wallet
  #catcher = new HandOverCatcher()
  /** a code is being worked on: those that the camera sees meanwhile are not */
  #busy = false
  #trying: Promise<void> | undefined
  /** text of the pairing code that was read last, and of the one that is passed over */
  #question: string | undefined
  #answered: string | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(keeper: Keeper, reach: ReachIssuer) {
    this.#keeper = keeper
    this.#reach = reach
    this.#wallet = keeper.wallet
    this.mark = keeper.holder.mark
    if (keeper.wallet.language) setLanguage(keeper.wallet.language)
  }

  async start(): Promise<void> {
    await this.#show(this.#wallet)
    await this.tryAwaited()
  }

  home(): void {
    this.screen = { name: 'home' }
  }
  /** Looks for what comes after the answer: the kiosk may still show the question. */
  scanOn(): void {
    this.scan()
    this.#answered = this.#question
  }
  scan(): void {
    this.#answered = undefined
    this.#catcher = new HandOverCatcher()
    this.caught = this.note = undefined
    this.screen = { name: 'scan' }
  }
  open(screen: Screen): void {
    this.screen = screen
  }

  async speak(language: Language): Promise<void> {
    setLanguage(language)
    await this.#change((wallet) => ({ ...wallet, language }))
  }

  /** @param text of a code, as the camera read it or somebody pasted it */
  async read(text: string): Promise<void> {
    if (this.#busy || text === this.#answered) return
    const kind = kindOfCode(text)
    if (kind === 'hand-over') return this.#catch(text)
    this.#busy = true
    try {
      if (kind === 'unknown') this.note = 'unknown'
      else if (kind === 'pairing') this.#asked(text)
      else if (kind === 'offer') await this.#offered(text)
      else await this.#questioned(text)
    } finally {
      this.#busy = false
    }
  }

  async #catch(text: string): Promise<void> {
    const state = await this.#catcher.take(text)
    // What was still on its way when the whole was there, or when the screen was left.
    if (this.screen.name !== 'scan' || this.#busy) return
    switch (state.state) {
      case 'part':
        this.caught = { have: state.have, needed: state.needed }
        this.note = undefined
        return
      case 'other':
      case 'broken':
        this.note = state.state
        return
      case 'whole':
        this.#busy = true
        try {
          await this.#opened(state.sealed)
        } finally {
          this.#busy = false
        }
    }
  }

  async #opened(sealed: Sealed): Promise<void> {
    const { holder } = this.#keeper
    this.screen = { name: 'working', what: 'opening' }
    const taken = await takeSealed(sealed, { holder, issuers: this.#issuers(), now: Date.now() })
    if (taken.isErr()) return this.#fail(taken.error)
    // Only what lies safely in the store is receipted.
    const received = await this.#keepId(taken.value)
    const text = await writeReceipt(sealed, holder, Date.now())
    this.screen = { name: 'show', what: 'receipt', text, received }
  }

  #asked(text: string): void {
    this.#question = text
    readPairing(text).match(
      (request) =>
        (this.screen = { name: 'pair', request, known: this.#issuers().includes(request.audience) }),
      (failure) => this.#fail(failure),
    )
  }

  /** The citizen agrees to give the key to this kiosk, and so to take something from its issuer. */
  async pair(request: PairingRequest): Promise<void> {
    const text = await answerPairing(request, this.#keeper.holder, Date.now())
    await this.#change((wallet) => withIssuer(wallet, request.audience, Date.now()))
    this.screen = { name: 'show', what: 'holder', text }
  }

  async #offered(text: string): Promise<void> {
    this.screen = { name: 'working', what: 'collecting' }
    const opened = await openOffer(text, this.#reach)
    if (opened.isErr()) return this.#fail(opened.error)
    const { offer, byValue } = opened.value
    const from = (await nameOfIssuer(offer, this.#reach)) ?? new URL(offer.issuer).host
    this.screen = { name: 'offer', offer, byValue, from }
  }

  /** @param byValue a kiosk wrote the offer itself: the issuer may not have heard of it yet */
  async collect(offer: Offer, byValue: boolean, txCode: string): Promise<void> {
    this.screen = { name: 'working', what: 'collecting' }
    const now = Date.now()
    const later: Awaited = { id: crypto.randomUUID(), offer, txCode, since: now, tried: now }
    const collected = await this.#collect(later)
    if (collected.isErr()) {
      const { code } = collected.error
      // The code is taken: what it gave must not be lost with the network.
      const waits = code === 'offer.unreachable' ? byValue || later.token !== undefined : byValue
      if (waits && (code === 'offer.unreachable' || code === 'offer.refused')) return this.#await(later)
      return this.#fail(collected.error)
    }
    if (collected.value.state === 'later')
      return this.#await({ ...later, deferred: collected.value.deferred })
    const received = await this.#take(collected.value)
    if (received) this.screen = { name: 'received', received }
  }

  /** @param awaited remembers the token that its code gave */
  #collect(awaited: Awaited) {
    const { holder } = this.#keeper
    return collectOffer(awaited.offer, awaited.txCode, {
      holder,
      reach: this.#reach,
      now: () => Date.now(),
      token: awaited.token,
      onToken: (token) => (awaited.token = token),
    })
  }

  async #await(one: Awaited): Promise<void> {
    await this.#change((wallet) => ({ ...wallet, awaited: [one, ...wallet.awaited] }))
    this.screen = { name: 'awaited' }
  }
  forgetAwaited(id: string): Promise<void> {
    return this.#change((wallet) => ({
      ...wallet,
      awaited: wallet.awaited.filter((one) => one.id !== id),
    }))
  }

  /** Asks again for all that is to come; what came is kept, and what did not stays to come. */
  tryAwaited(): Promise<void> {
    // Asked for by hand while it goes on by itself: once is enough.
    this.#trying ??= this.#tryAwaited().finally(() => (this.#trying = undefined))
    return this.#trying
  }
  async #tryAwaited(): Promise<void> {
    for (const waiting of this.#wallet.awaited) {
      const one = { ...waiting }
      const said = one.deferred ? await askAgain(one.deferred, this.#reach) : await this.#collect(one)
      const next: Collected | undefined = said.isOk() ? said.value : undefined
      if (next?.state === 'here') {
        await this.forgetAwaited(one.id)
        await this.#take(next)
        continue
      }
      const tried = { ...one, tried: Date.now(), ...(next?.deferred && { deferred: next.deferred }) }
      await this.#change((wallet) => ({
        ...wallet,
        awaited: wallet.awaited.map((other) => (other.id === one.id ? tried : other)),
      }))
    }
  }

  async #take({ sdJwt, notice }: Extract<Collected, { state: 'here' }>): Promise<HeldId | undefined> {
    const { holder } = this.#keeper
    const taken = await takeOffered(sdJwt, { holder, issuers: this.#issuers(), now: Date.now() })
    const held = taken.isOk() ? await this.#keepId(taken.value) : undefined
    if (notice) await tellIssuer(notice, held ? 'credential_accepted' : 'credential_failure', this.#reach)
    if (taken.isErr()) this.#fail(taken.error)
    return held
  }

  async #questioned(text: string): Promise<void> {
    const request = isByReference(text)
      ? await fetchRequest(text, this.#reach, Date.now())
      : readRequest(text)
    if (request.isErr()) return this.#fail(request.error)
    const believed = { issuers: this.#issuers(), now: Date.now() }
    const registration = await checkRegistration(request.value, believed)
    if (registration.isErr()) return this.#fail(registration.error)
    const verifier = checkVerifier(request.value, registration.value)
    if (verifier.isErr()) return this.#fail(verifier.error)
    const { types, fields } = request.value
    const ids = this.ids.filter(
      ({ type, claims, until }) =>
        types.includes(type) && until > Date.now() && fields.every((name) => claims[name] !== undefined),
    )
    if (ids.length === 0) return this.#fail({ code: 'request.no-id' })
    this.screen = { name: 'ask', request: request.value, verifier: verifier.value, ids }
  }

  /** The citizen has agreed to show exactly what was asked for, from this ID. */
  async answer(request: AskedRequest, id: HeldId): Promise<void> {
    this.screen = { name: 'working', what: 'answering' }
    const vpToken = await presentFields(id.sdJwt, request, this.#keeper.holder, Date.now())
    if (request.answer.by === 'code') {
      const text = answerText(request.answer.redirect, vpToken)
      this.screen = { name: 'show', what: 'answer', text }
      return
    }
    ;(await postAnswer(request.answer, vpToken, this.#reach)).match(
      () => (this.screen = { name: 'answered' }),
      (failure) => this.#fail(failure),
    )
  }

  #issuers = (): string[] => this.#wallet.issuers.map(({ did }) => did)

  #fail(failure: PhoneFailure): void {
    this.screen = { name: 'failed', failure }
  }

  async #keepId({ sdJwt, checked }: Taken): Promise<HeldId> {
    const { issuer, provisional, payload, claims } = checked
    const kept: KeptId = { id: crypto.randomUUID(), sdJwt, issuer, provisional, received: Date.now() }
    const held: HeldId = { ...kept, type: payload.vct, until: payload.exp * 1000, claims }
    const nameOf = ({ id }: KeptId) => {
      const one = [held, ...this.ids].find((other) => other.id === id)
      return { type: one?.type ?? '', person: one ? personOf(one) : id, until: one?.until ?? 0 }
    }
    await this.#change((wallet) => withId(withIssuer(wallet, issuer, kept.received), kept, nameOf))
    return held
  }

  /** One change after the other, each on what the one before it left; resolves when it is on the disk. */
  #change(change: (wallet: Wallet) => Wallet): Promise<void> {
    const done = this.#writing.then(async () => {
      const wallet = change(this.#wallet)
      await this.#keeper.keep(wallet)
      this.#wallet = wallet
      await this.#show(wallet)
    })
    this.#writing = done.catch(() => undefined)
    return done
  }
  async #show({ ids, awaited }: Wallet): Promise<void> {
    const held = await Promise.all(ids.map(heldIdOf))
    this.ids = held.filter((one) => one !== undefined)
    this.awaited = awaited
  }
}
