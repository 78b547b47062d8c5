/** The slot of the virtual reader: one card at a time, put in and pulled out by hand or after some commands. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { travelDocumentNames } from './travel-document/kinds.ts'
import type { VirtualCard } from './virtual-card.ts'
import { putOnReader, type OnReader } from './vpcd-wire.ts'
import { putOnVscard } from './vscard-wire.ts'

export const zCardName = z.enum([
  'genuine',
  'with-finger',
  'broken-signature',
  'mute',
  'other-citizen',
  'blank',
  ...travelDocumentNames,
])
export type CardName = z.infer<typeof zCardName>

export interface CardSlot {
  insert(name: CardName, trouble?: { pullAfterApdus?: number; silentAfterApdus?: number }): Promise<void>
  remove(): Promise<void>
  state(): { card: CardName | null; apdus: number }
}

/** The reader looks for a card a few times a second; a change that is quicker than that is missed by it. */
const seenMs = 600

/**
 * @param reader the port where vpcd listens, or the socket of QEMU's USB reader
 * @param makeCard as it comes out of the wallet
 */
export function createCardSlot(reader: number | string, makeCard: (name: CardName) => VirtualCard): CardSlot {
  let card: CardName | null = null
  let take: (() => void) | undefined
  let apdus = 0
  let takenAt = 0
  const put = (onReader: OnReader) =>
    typeof reader === 'number' ? putOnReader(reader, onReader) : putOnVscard(reader, onReader)

  /** After so many commands the card is pulled out instead of answering the next, or stays silent. */
  async function insert(
    name: CardName,
    { pullAfterApdus = Infinity, silentAfterApdus = Infinity } = {},
  ): Promise<void> {
    await remove()
    await sleep(Math.max(0, takenAt + seenMs - Date.now()))
    const chip = makeCard(name)
    apdus = 0
    const mine = await put({
      atr: chip.atr,
      reset: () => chip.reset(),
      respond(apdu) {
        if (apdus >= pullAfterApdus) {
          mine()
          return undefined
        }
        apdus += 1
        return name === 'mute' || apdus > silentAfterApdus ? undefined : chip.respond(apdu)
      },
      gone() {
        if (take !== mine) return
        take = undefined
        card = null
        takenAt = Date.now()
      },
    })
    take = mine
    card = name
  }

  function remove(): Promise<void> {
    if (take) takenAt = Date.now()
    take?.()
    take = undefined
    card = null
    return Promise.resolve()
  }

  return { insert, remove, state: () => ({ card, apdus }) }
}
