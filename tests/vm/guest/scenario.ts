/** What a scenario of the virtual machine is, and the patience that it needs: the machine has no fast processor. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DriverDevice } from '../../../hardware/z-device.ts'

export interface Scenario {
  name: string
  /** @throws Error - when what must be so is not so */
  run(): Promise<void>
}

/** How long a driver's process may need to start here, ms; on a real processor it is a second. */
export const patienceMs = 60_000

export async function becomes(
  port: { device(): DriverDevice },
  wanted: (device: DriverDevice) => boolean,
  ms = patienceMs,
): Promise<DriverDevice> {
  const end = performance.now() + ms
  while (performance.now() < end) {
    if (wanted(port.device())) return port.device()
    await sleep(20)
  }
  throw new Error(`Still ${JSON.stringify(port.device())} after ${ms} ms`)
}

export async function until(what: string, isSo: () => boolean, ms = 30_000): Promise<void> {
  const end = performance.now() + ms
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`)
    await sleep(10)
  }
}

/** @throws Error - with both when they differ */
export function same(actual: unknown, expected: unknown): void {
  const [is, must] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== must) throw new Error(`${is} instead of ${must}`)
}

export const isReady = (device: DriverDevice) => device.state === 'ready'
export const isAbsent = (device: DriverDevice) => device.state === 'absent'
export const hasCause = (cause: string) => (device: DriverDevice) =>
  'cause' in device && device.cause === cause
