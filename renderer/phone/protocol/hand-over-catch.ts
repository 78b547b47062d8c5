/** Catches what a kiosk's screen shows of a hand-over until all of it is there (docs/qr-hand-over.md, "Frames"). */
import { decode } from 'cborg'
import { z } from 'zod'
import { base32Start } from './base32.ts'
import { readBase45 } from './base45.ts'
import { sha256 } from './digest.ts'
import { Fountain } from './fountain.ts'
import { isFrame, readFrame } from './frame-part.ts'

export interface Sealed {
  /** the transfer's name, which is checked: it is of these bytes */
  transfer: string
  bytes: Uint8Array<ArrayBuffer>
}

export type HandOverCatch =
  | { state: 'part'; have: number; needed: number }
  | { state: 'whole'; sealed: Sealed }
  /** a whole frame, but of another transfer; what was caught stays */
  | { state: 'other' }
  | { state: 'broken' }

const oneCode = /^BTKIOSK:H1:([A-Z2-7]{12}):([0-9A-Z $%*+\-./:]{1,4000})$/
const zNamed = z.tuple([z.string().regex(/^[A-Z2-7]{12}$/), z.instanceof(Uint8Array)])

export const isHandOver = (text: string): boolean => text.startsWith('BTKIOSK:H1:') || isFrame(text)

export class HandOverCatcher {
  #fountain: Fountain | undefined

  /** Frames come as fast as the camera gives them: one is looked at after the other. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param text as the camera read it, for which `isHandOver` is true */
  take(text: string): Promise<HandOverCatch> {
    const next = this.#last.then(() => this.#take(text))
    this.#last = next.catch(() => undefined)
    return next
  }

  async #take(text: string): Promise<HandOverCatch> {
    if (!isFrame(text)) return readOneCode(text)
    const part = readFrame(text)
    if (!part) return { state: 'broken' }
    this.#fountain ??= new Fountain(part)
    if (!this.#fountain.takes(part)) return { state: 'other' }
    const caught = await this.#fountain.add(part)
    if (caught && !caught.message) return { state: 'part', have: caught.have, needed: caught.needed }
    // Whole, or spoiled by a frame that only looked like one of them: either way the next begins afresh.
    this.#fountain = undefined
    return caught?.message ? readMessage(caught.message) : { state: 'broken' }
  }
}

async function readOneCode(text: string): Promise<HandOverCatch> {
  const [, transfer, encoded] = oneCode.exec(text) ?? []
  const bytes = encoded === undefined ? undefined : readBase45(encoded)
  return transfer === undefined || !bytes ? { state: 'broken' } : named(transfer, bytes)
}

async function readMessage(message: Uint8Array<ArrayBuffer>): Promise<HandOverCatch> {
  try {
    const [transfer, bytes] = zNamed.parse(decode(message))
    return await named(transfer, Uint8Array.from(bytes))
  } catch {
    return { state: 'broken' }
  }
}

async function named(transfer: string, bytes: Uint8Array<ArrayBuffer>): Promise<HandOverCatch> {
  return base32Start(await sha256(bytes), 12) === transfer
    ? { state: 'whole', sealed: { transfer, bytes } }
    : { state: 'broken' }
}
