/** What the fault run needs of a kind of device: its faults by name, and a proof that the device works. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DriverDevice, DeviceFault } from '../../hardware/z-device.ts'

/** A number from 0 up to, not including, 1. */
export type Random = () => number

export interface Fault {
  name: string
  /**
   * Brings the fault about while the device is used, and ends it again.
   * @returns the cause that was told; undefined when none was
   */
  play(random: Random): Promise<DeviceFault | undefined>
  /** the causes that tell the truth of it; any other one sends the technician to the wrong place */
  expected: readonly DeviceFault[]
  /** the longest that `play` may take, ms: the deadline of the operation, and what the simulator itself needs */
  deadlineMs: number
}

export interface Lane {
  device: string
  faults: readonly Fault[]
  /** Uses the device as a person does, without restarting anything. @throws Error - when it does not work */
  works(): Promise<void>
  close(): Promise<void>
}

/** The same numbers for the same seed on every machine (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const between = (random: Random, from: number, to: number) =>
  from + Math.floor(random() * (to - from + 1))

/** @throws Error - when it is not so within `ms` */
export async function becomes(what: string, isSo: () => boolean, ms = 15_000): Promise<void> {
  const end = performance.now() + ms
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`)
    await sleep(20)
  }
}

/** @returns the cause that the device shows within `ms`; undefined when it shows none */
export async function shownCause(
  port: { device(): DriverDevice },
  ms = 8_000,
): Promise<DeviceFault | undefined> {
  const end = performance.now() + ms
  while (performance.now() < end) {
    const device = port.device()
    if ('cause' in device) return device.cause
    await sleep(20)
  }
  return undefined
}

export const isReady = (port: { device(): DriverDevice }) => () => port.device().state === 'ready'
