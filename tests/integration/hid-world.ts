/** The HID ports of the kiosk, with the real library, in front of the virtual devices. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { openHidDevices, type HidDevicesOptions } from '../../hardware/hid/hid-devices.ts'
import type { DriverDevice } from '../../hardware/z-device.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

export interface HidWorld {
  simulator: Simulator
  open(options?: HidDevicesOptions): ReturnType<typeof openHidDevices>
  /** Closes what a test opened, and mends the devices. */
  reset(): Promise<void>
  close(): Promise<void>
  /** a file of its own for each call */
  memory(): string
}

export async function createHidWorld(): Promise<HidWorld> {
  const simulator = await startSimulator('hid', ['--port', '0'])
  const env = z.record(z.string(), z.string()).parse(simulator.ready['env'])
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-hid-test-'))
  let open: ReturnType<typeof openHidDevices>[] = []
  let files = 0
  const reset = async () => {
    for (const one of open) await Promise.all([one.scanner.close(), one.uidReader.close()])
    open = []
    await simulator.post('/fault', { fault: null })
    await simulator.post('/unplug')
    await simulator.post('/plug')
  }
  return {
    simulator,
    open(options = {}) {
      const devices = openHidDevices({ env, ...options })
      open.push(devices)
      return devices
    },
    reset,
    memory: () => join(folder, `memory-${++files}.json`),
    async close() {
      await reset()
      await simulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until the device is as wanted; fails the test after `ms`. */
export async function becomes(
  port: { device(): DriverDevice },
  wanted: (device: DriverDevice) => boolean,
  ms = 12_000,
): Promise<DriverDevice> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    if (wanted(port.device())) return port.device()
    await sleep(20)
  }
  throw new Error(`Still ${JSON.stringify(port.device())} after ${ms} ms`)
}

export async function until(condition: () => boolean, ms = 12_000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error('It did not happen in time')
    await sleep(10)
  }
}

export const isReady = (device: DriverDevice) => device.state === 'ready'
export const hasCause = (cause: string) => (device: DriverDevice) =>
  'cause' in device && device.cause === cause
