/**
 * What a program is not told of: that the machine slept, that its clock was set, that a cable was put in. All three are
 * seen by looking often at what costs nothing.
 */
import { networkInterfaces } from 'node:os'

export type WakeUp = 'slept' | 'clock-set' | 'network'

export interface WakeUpOptions {
  clock: { now(): number }
  /** ms that only go forward */
  monotonic?: () => number
  /** one text a state of the network; another text is another state */
  network?: () => string
  everyMs?: number
  onWakeUp: (why: WakeUp) => void
}

/** A timer that comes so much late was asleep. */
const lateMs = 10_000

/** @returns what ends the looking */
export function watchForWakeUps(options: WakeUpOptions): () => void {
  const { clock, monotonic = () => performance.now(), network = networkAddresses, everyMs = 2_000 } = options
  let before = { wall: clock.now(), steady: monotonic(), network: network() }
  const timer = setInterval(() => {
    const now = { wall: clock.now(), steady: monotonic(), network: network() }
    const wall = now.wall - before.wall
    const steady = now.steady - before.steady
    const changed = now.network !== before.network
    before = now
    // Asleep, the steady clock of some systems stands still and of others goes on.
    if (steady > everyMs + lateMs) options.onWakeUp('slept')
    else if (Math.abs(wall - steady) > lateMs) options.onWakeUp('clock-set')
    if (changed) options.onWakeUp('network')
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** @returns every address of this machine but its own loopback, as one text; empty where there is none */
export function networkAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, all]) =>
      (all ?? []).filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
    )
    .sort()
    .join(',')
}
