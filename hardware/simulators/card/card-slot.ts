/** The slot of the virtual reader: one card at a time, put in and pulled out by hand or after some commands. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { CardContent } from './virtual-card.ts'
import { createVirtualCard } from './virtual-card.ts'
import { putOnReader } from './vpcd-wire.ts'

export const zCardName = z.enum(['genuine', 'broken-signature', 'mute', 'other-citizen', 'blank'])
export type CardName = z.infer<typeof zCardName>

export interface CardSlot {
  /** @param pullAfterApdus the card is pulled out instead of answering the command after so many */
  insert(name: CardName, pullAfterApdus?: number): Promise<void>
  remove(): Promise<void>
  state(): { card: CardName | null; apdus: number }
}

/** The reader looks for a card a few times a second; a change that is quicker than that is missed by it. */
const seenMs = 600

/**
 * @param port where vpcd listens
 * @param cards what is on each card; nothing: no application
 */
export function createCardSlot(
  port: number,
  cards: Readonly<Record<CardName, CardContent | undefined>>,
): CardSlot {
  let card: CardName | null = null
  let take: (() => void) | undefined
  let apdus = 0
  let takenAt = 0

  async function insert(name: CardName, pullAfterApdus = Infinity): Promise<void> {
    await remove()
    await sleep(Math.max(0, takenAt + seenMs - Date.now()))
    const chip = createVirtualCard(cards[name])
    apdus = 0
    const mine = await putOnReader(port, {
      atr: chip.atr,
      reset: () => chip.reset(),
      respond(apdu) {
        if (apdus >= pullAfterApdus) {
          mine()
          return undefined
        }
        apdus += 1
        return name === 'mute' ? undefined : chip.respond(apdu)
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
