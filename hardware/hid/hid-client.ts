/** The host's end of the HID process: starts it, keeps deadlines, kills it when it hangs, and starts it again. */
import { err, ok, type Result } from 'neverthrow'
import { besideFile, forkDriver, type SpawnDriver } from '../driver-process.ts'
import type { RestartPolicy } from '../restart-policy.ts'
import { startDriver, supervise } from '../supervise.ts'
import { zFromHid, type Attached, type FromHid, type IdentifyTrouble, type ToHid } from './z-hid.ts'

export interface HidOptions {
  spawn?: SpawnDriver
  /** further environment of the process: the simulator's, in the demonstration */
  env?: Readonly<Record<string, string>>
  /** a folder of profiles beside those that come with the kiosk */
  profiles?: string
  clock?: { now(): number }
  /** the file that runs as the HID process; for tests of what happens when it crashes */
  file?: string
  /** how long one request may take, ms */
  deadlineMs?: number
  /** how long the process may be silent, ms */
  silenceMs?: number
  /** after this time a process with a device that does not answer makes room for a fresh one, ms */
  refreshMs?: number
  restarts?: RestartPolicy
}

export type HidClientState =
  { state: 'starting' } | { state: 'stopped' } | { state: 'up'; devices: readonly Attached[] }

export type Heard = Extract<FromHid, { kind: 'card-uid' | 'code' }>

export interface HidClient {
  state(): HidClientState
  onChange(listener: () => void): () => void
  /** Called for each code and each touch, in the order in which they came. */
  onHeard(listener: (heard: Heard) => void): () => void
  identify(key: string): Promise<Result<void, IdentifyTrouble | 'driver-stopped'>>
  close(): void
}

type Identified = Result<void, IdentifyTrouble | 'driver-stopped'>

/** Starts the HID process. @returns at once; what is there is told by `onChange` */
export function createHidClient(options: HidOptions = {}): HidClient {
  const { spawn = forkDriver, deadlineMs = 5_000, refreshMs = 30_000, clock, silenceMs, restarts } = options
  const { file = besideFile(import.meta.url, 'hid-process') } = options
  const env = { ...options.env, ...(options.profiles && { KIOSK_HID_PROFILES: options.profiles }) }
  const changeListeners = new Set<() => void>()
  const heardListeners = new Set<(heard: Heard) => void>()
  const waiting = new Map<number, (result: Identified) => void>()
  let state: HidClientState = { state: 'starting' }
  let refresh: NodeJS.Timeout | undefined
  let lastId = 0

  function become(next: HidClientState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of [...changeListeners]) listener()
  }

  function hear(raw: unknown): boolean {
    const message = zFromHid.safeParse(raw)
    if (!message.success) return false
    switch (message.data.kind) {
      case 'seen':
        see(message.data.devices)
        break
      case 'card-uid':
      case 'code':
        for (const listener of [...heardListeners]) listener(message.data)
        break
      case 'done':
        settle(message.data.id, ok())
        break
      case 'trouble':
        settle(message.data.id, err(message.data.trouble))
    }
    return true
  }

  function see(devices: readonly Attached[]): void {
    const silentOnes = (list: readonly Attached[]) => list.filter(({ state }) => state === 'silent')
    const before = state.state === 'up' ? silentOnes(state.devices) : []
    // The thread that waits for such a device is lost to the process; when it was unplugged it is worth a fresh one.
    const wasUnplugged = before.some(({ key }) => !devices.some((one) => one.key === key))
    become({ state: 'up', devices })
    if (wasUnplugged) return startAgain()
    const isSilent = silentOnes(devices).length > 0
    if (isSilent) refresh ??= setTimeout(driver.startAfresh, refreshMs)
    else {
      clearTimeout(refresh)
      refresh = undefined
    }
  }

  /** Until it is up, what is scanned is heard by nobody: so nothing is called ready. */
  function startAgain(): void {
    become({ state: 'starting' })
    driver.startAfresh()
  }

  function settle(id: number, result: Identified): void {
    waiting.get(id)?.(result)
    waiting.delete(id)
  }

  function forget(): void {
    clearTimeout(refresh)
    refresh = undefined
    for (const id of [...waiting.keys()]) settle(id, err('driver-stopped'))
  }

  const driver = supervise({
    start: startDriver(spawn, file, env),
    hear,
    onLost: forget,
    onResting: (stopped) => become(stopped ? { state: 'stopped' } : { state: 'starting' }),
    ...{ clock, restarts, silenceMs },
  })
  return {
    state: () => state,
    onChange(listener) {
      changeListeners.add(listener)
      return () => void changeListeners.delete(listener)
    },
    onHeard(listener) {
      heardListeners.add(listener)
      return () => void heardListeners.delete(listener)
    },
    identify(key) {
      const target = driver.process()
      if (!target) return Promise.resolve(err('driver-stopped'))
      const id = ++lastId
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          settle(id, err('silent'))
          startAgain()
        }, deadlineMs)
        waiting.set(id, (result) => {
          clearTimeout(timer)
          resolve(result)
        })
        target.send({ kind: 'identify', id, key } satisfies ToHid)
      })
    },
    close() {
      driver.close()
      changeListeners.clear()
      heardListeners.clear()
    },
  }
}
