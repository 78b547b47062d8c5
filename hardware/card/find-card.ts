/** Waits for a card on one of the readers that serve whoever asks. */
import { err, ok, type Result } from 'neverthrow'
import { deviceId } from '../device-id.ts'
import { serving, type RoleOf, type Served } from '../device-roles.ts'
import type { DeviceFault } from '../z-device.ts'
import type { PcscClient } from './pcsc-client.ts'
import { physicalReaders, type PhysicalReader } from './physical-readers.ts'

export interface FindCard {
  pcsc: PcscClient
  roleOf: RoleOf
  served?: Served | undefined
  waitMs: number
  signal?: AbortSignal | undefined
}

export interface CardPlace {
  reader: PhysicalReader
  /** the slot that holds the card */
  slot: string
}

/** How long a read waits for the driver that is just starting, ms. */
const startMs = 5_000

/** @returns where a card lies; a service or a reader that is missing is told at once, `device.cancelled` */
export function findCard({
  pcsc,
  roleOf,
  served,
  waitMs,
  signal,
}: FindCard): Promise<Result<CardPlace, DeviceFault>> {
  return new Promise((resolve) => {
    const finish = (result: Result<CardPlace, DeviceFault>) => {
      for (const timer of timers) clearTimeout(timer)
      stop()
      signal?.removeEventListener('abort', look)
      resolve(result)
    }
    const look = () => {
      if (signal?.aborted) return finish(err('device.cancelled'))
      const there = placeNow(pcsc, roleOf, served)
      if (there === 'starting') return
      if (there.isOk() || there.error !== 'card.absent' || waitMs <= 0) finish(there)
    }
    const timers = [
      setTimeout(
        () => {
          if (placeNow(pcsc, roleOf, served) === 'starting') finish(err('device.driver-stopped'))
        },
        Math.max(startMs, waitMs),
      ),
      ...(waitMs > 0 ? [setTimeout(() => timeUp(), waitMs)] : []),
    ]
    const timeUp = () => {
      if (placeNow(pcsc, roleOf, served) !== 'starting') finish(err('card.absent'))
    }
    const stop = pcsc.onChange(look)
    signal?.addEventListener('abort', look, { once: true })
    look()
  })
}

function placeNow(
  pcsc: PcscClient,
  roleOf: RoleOf,
  served: Served | undefined,
): Result<CardPlace, DeviceFault> | 'starting' {
  const now = pcsc.state()
  switch (now.state) {
    case 'starting':
      return 'starting'
    case 'stopped':
      return err('device.driver-stopped')
    case 'service-down':
      return err('card.service-down')
    case 'up': {
      const readers = physicalReaders(now.readers)
      if (readers.length === 0) return err('card.no-reader')
      const idOf = (one: PhysicalReader) => deviceId('card-reader', one)
      const those = serving(readers, served, { idOf, roleOf })
      if (those.length === 0) return err('card.no-reader')
      for (const reader of those) {
        const slot = reader.slots.find(({ holdsCard }) => holdsCard)
        if (slot) return ok({ reader, slot: slot.name })
      }
      return err('card.absent')
    }
  }
}
