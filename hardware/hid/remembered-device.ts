/**
 * Which device does which work here. It is remembered by its serial number, so that it may be plugged into any socket;
 * a device that takes its place after a repair takes over its work.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Attached } from './z-hid.ts'
import type { Yields } from './z-profile.ts'

const zRemembered = z.partialRecord(z.enum(['card-uid', 'code']), z.string().max(120))
type Remembered = z.infer<typeof zRemembered>

export interface DeviceMemory {
  /** the key of the device that does this work */
  of(work: Yields): string | undefined
  remember(work: Yields, key: string): void
}

/** @param path of a file; without one nothing outlives the process. A file that makes no sense is begun anew. */
export function openDeviceMemory(path?: string): DeviceMemory {
  let remembered = path ? read(path) : {}
  return {
    of: (work) => remembered[work],
    remember(work, key) {
      if (remembered[work] === key) return
      remembered = { ...remembered, [work]: key }
      if (path) write(path, remembered)
    },
  }
}

/**
 * @param attached what is plugged in now @param remembered the key of the device that did this work last
 * @returns the device that does it: the remembered one where it is there, else the first that works, else the first
 */
export function chooseDevice(
  attached: readonly Attached[],
  work: Yields,
  remembered: string | undefined,
): Attached | undefined {
  const fitting = attached.filter((one) => one.yields === work)
  return (
    fitting.find(({ key }) => key === remembered) ??
    fitting.find(({ state }) => state === 'open') ??
    fitting[0]
  )
}

function read(path: string): Remembered {
  try {
    return zRemembered.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return {}
  }
}

function write(path: string, remembered: Remembered): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, JSON.stringify(remembered), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch {
    // On a full disk the choice lasts until the next start; nothing depends on more.
  }
}
