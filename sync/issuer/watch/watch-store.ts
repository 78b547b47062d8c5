/** Measures how long what a kiosk has written waits until somebody begins to read it. */
import type { KioskStore } from '../store/kiosk-store.ts'

export interface WatchedStore {
  store: KioskStore
  unread(): { outboxes: number; longestMs: number }
}

export function watchStore(store: KioskStore, now: () => number = () => performance.now()): WatchedStore {
  const told = new Map<string, number>()
  store.onWritten((kiosk) => {
    if (!told.has(kiosk)) told.set(kiosk, now())
  })
  return {
    store: {
      ...store,
      outbox(kiosk) {
        told.delete(kiosk)
        return store.outbox(kiosk)
      },
    },
    unread: () => ({
      outboxes: told.size,
      longestMs: told.size === 0 ? 0 : now() - Math.min(...told.values()),
    }),
  }
}
