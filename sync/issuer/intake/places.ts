/**
 * How far the changes of each outbox have been taken in. The place is written down a moment later and for many at once: what
 * is read again after a crash has no second effect. It is not moved past a document that could not be handled.
 */
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Slots } from './slots.ts'

type Seq = number | string

interface Place {
  seq: Seq
  written: boolean
  /** ids of documents that could not be handled and are tried again */
  failed: Set<string>
  /** the outbox could not be read, or too much of it failed: it is read again from the place that is written down */
  unread: boolean
}

export interface Places {
  of(kiosk: string): Promise<Seq>
  moveTo(kiosk: string, seq: Seq): void
  /** @param unread `true` where there is no telling what was missed */
  failed(kiosk: string, what: { id: string } | { unread: boolean }): void
  handled(kiosk: string, id: string): void
  /** kiosks of which something is to be tried again, and the documents */
  toTryAgain(): { kiosk: string; unread: boolean; ids: string[] }[]
  /** Writes down what has moved. */
  keep(): Promise<void>
}

/** Documents of one kiosk that are remembered as failed; with more of them its outbox is read again from its place. */
const mostFailed = 1_000

export function createPlaces(
  store: Pick<KioskStore, 'seenTo' | 'setSeenTo'>,
  side: Slots,
  onProblem: (event: string) => void,
): Places {
  const places = new Map<string, Place>()
  const settled = ({ failed, unread }: Place) => failed.size === 0 && !unread

  function placeOf(kiosk: string): Place {
    const place = places.get(kiosk) ?? { seq: 0, written: true, failed: new Set(), unread: false }
    places.set(kiosk, place)
    return place
  }

  async function of(kiosk: string): Promise<Seq> {
    const known = places.get(kiosk)
    if (known && !known.unread) return known.seq
    const seq = await store.seenTo(kiosk)
    const place = placeOf(kiosk)
    Object.assign(place, { seq, written: true, unread: false })
    place.failed.clear()
    return seq
  }

  async function keepOne(kiosk: string, place: Place): Promise<void> {
    const { seq } = place
    try {
      await store.setSeenTo(kiosk, seq)
      if (place.seq === seq) place.written = true
    } catch (error) {
      onProblem(`place not kept: ${error instanceof Error ? error.name : 'unknown'}`)
    }
  }

  return {
    of,
    moveTo(kiosk, seq) {
      const place = placeOf(kiosk)
      if (place.seq === seq) return
      place.seq = seq
      place.written = false
    },
    failed(kiosk, what) {
      const place = placeOf(kiosk)
      if ('id' in what && place.failed.size < mostFailed) place.failed.add(what.id)
      else place.unread = true
    },
    handled: (kiosk, id) => void places.get(kiosk)?.failed.delete(id),
    toTryAgain: () =>
      [...places]
        .filter(([, place]) => !settled(place))
        .map(([kiosk, { unread, failed }]) => ({ kiosk, unread, ids: [...failed] })),
    async keep() {
      const all = [...places].filter(([, place]) => settled(place))
      await Promise.all(
        all.map(([kiosk, place]) => (place.written ? undefined : side(() => keepOne(kiosk, place)))),
      )
      // Of a kiosk that is at rest nothing is kept in memory.
      for (const [kiosk, place] of all) if (place.written && settled(place)) places.delete(kiosk)
    },
  }
}
