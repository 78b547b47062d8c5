/** The one line that every staff screen shows: link, last contact, queue, devices. */
import { setTimeout as delay } from 'node:timers/promises'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { Device } from '../../hardware/z-device.ts'
import type { StatusService } from '../api/services.ts'
import type { KioskStatus } from '../api/z-status.ts'
import { instant, type Clock } from '../clock.ts'
import type { LimitWatch } from './limit-watch.ts'

interface Parts {
  sync: Pick<KioskSync, 'queue' | 'onChange' | 'setAside' | 'lastHousekeeping'> & {
    synchroniser: Pick<KioskSync['synchroniser'], 'progress'>
  }
  limits: LimitWatch['current']
  /** reaches for the issuer now */
  reach: () => Promise<void>
  devices: () => Device[]
  onDeviceChange: (listener: () => void) => () => void
  clock: Clock
  /** ends every watch */
  closing: AbortSignal
  heartbeatMs?: number
  /** at least this long between two */
  quietMs?: number
}

const longestReachMs = 8_000
const mostSetAside = 20

export function createStatusService(parts: Parts): Omit<StatusService, 'detail' | 'diary'> {
  const { sync, devices, clock, closing, heartbeatMs = 5_000, quietMs = 150 } = parts

  async function now(): Promise<KioskStatus> {
    const { link, lastContact, bytesPerSecond, skewMs, faults } = sync.synchroniser.progress()
    const kept = sync.lastHousekeeping()
    return {
      now: instant(clock),
      link,
      ...(lastContact && { lastContact }),
      queue: await sync.queue(),
      ...(bytesPerSecond !== undefined && { bytesPerSecond: Math.round(bytesPerSecond) }),
      ...(skewMs !== undefined && { skewSeconds: Math.round(skewMs / 1_000) }),
      limits: await parts.limits(),
      faults: faults.map(({ lane, code, since }) => ({ lane, code, since })),
      setAside: sync
        .setAside()
        .slice(0, mostSetAside)
        .map(({ kind, reason, at }) => ({ kind, reason, at })),
      ...(kept && {
        givenBack: {
          ...{ at: kept.at, payloadBytes: kept.bytes, ms: kept.ms },
          databaseBytes: Math.max(0, kept.databaseBytesBefore - kept.databaseBytesAfter),
        },
      }),
      devices: devices(),
    }
  }

  async function* watch(signal: AbortSignal): AsyncGenerator<KioskStatus> {
    const ended = AbortSignal.any([signal, closing])
    const change = { seen: false, tell: (): void => undefined }
    const mark = () => {
      change.seen = true
      change.tell()
    }
    const stops = [sync.onChange(mark), parts.onDeviceChange(mark)]
    const sleep = (ms: number) => delay(ms, undefined, { signal: ended, ref: false }).catch(() => undefined)
    try {
      while (!ended.aborted) {
        change.seen = false
        yield await now()
        const nextChange = new Promise<void>((resolve) => (change.tell = resolve))
        if (!change.seen) await Promise.race([nextChange, sleep(heartbeatMs)])
        await sleep(quietMs)
      }
    } finally {
      for (const stop of stops) stop()
    }
  }

  return {
    now,
    watch,
    async syncNow() {
      // The button comes back although a slow link goes on; the status says how far it is.
      await Promise.race([parts.reach(), delay(longestReachMs, undefined, { ref: false })])
    },
  }
}
