/**
 * The host's end of the helper: starts it, gives each operation a deadline, kills it when it does not let go, and starts
 * it again. The deadline of an operation is no fault of the scanner: nobody may have placed a finger. A helper that does
 * not even answer to `cancel` is mute, and is ended like one that crashed.
 */
import { existsSync } from 'node:fs'
import type { RestartPolicy } from '../../restart-policy.ts'
import { supervise, type Supervised } from '../../supervise.ts'
import { helperProgram, startHelper, type HelperProcess, type StartHelper } from './helper-process.ts'
import {
  commandLine,
  zFromHelper,
  type FoundScanner,
  type FromHelper,
  type Operation,
  type Outcome,
  type Progress,
  type Trouble,
} from './z-fphelper.ts'

export interface FphelperOptions {
  /** path of the helper; default: the one that was built with the kiosk */
  program?: string
  start?: StartHelper
  env?: Readonly<Record<string, string>>
  clock?: { now(): number }
  restarts?: RestartPolicy
  /** how long the helper may be silent, ms */
  silenceMs?: number
  /** how long it may take to let go of an operation, ms */
  cancelMs?: number
}

export type HelperState =
  /** there is no helper, as it was not built or packed */
  | { state: 'missing' }
  | { state: 'starting' }
  | { state: 'stopped' }
  | { state: 'up'; scanners: readonly FoundScanner[]; trouble?: Trouble }

export type OperationTrouble = Trouble | 'timeout' | 'no-picture' | 'driver-stopped' | 'missing'
export type Ended = Exclude<Outcome, { kind: 'failed' }> | { kind: 'failed'; trouble: OperationTrouble }

export interface FphelperClient {
  state(): HelperState
  /** whether an operation is under way */
  busy(): boolean
  onChange(listener: () => void): () => void
  run(
    operation: Operation,
    options: { timeoutMs: number; signal?: AbortSignal; onProgress?: (progress: Progress) => void },
  ): Promise<Ended>
  close(): void
}

interface Running {
  id: number
  settle(ended: Ended): void
  onProgress(progress: Progress): void
  /** it feels a finger now */
  touched: boolean
  /** it threw a picture away */
  complained: boolean
}

/** Starts the helper. @returns at once; what is there is told by `onChange` */
export function createFphelperClient(options: FphelperOptions = {}): FphelperClient {
  const { program = helperProgram(), start: spawn = startHelper, env = {}, restarts } = options
  const { clock, silenceMs, cancelMs = 1_500 } = options
  const listeners = new Set<() => void>()
  let state: HelperState = existsSync(program) ? { state: 'starting' } : { state: 'missing' }
  let running: Running | undefined
  let lastId = 0

  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  function become(next: HelperState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    tell()
  }

  function hear(raw: unknown): boolean {
    const message = zFromHelper.safeParse(raw)
    if (message.success) obey(message.data)
    return message.success
  }

  function obey(message: FromHelper): void {
    switch (message.kind) {
      case 'alive':
        return
      case 'seen': {
        const { devices: scanners, trouble } = message
        return become({ state: 'up', scanners, ...(trouble && { trouble }) })
      }
      case 'finger':
        if (running) running.touched = message.status === 'present'
        return running?.onProgress(message)
      case 'complaint':
        if (running?.id === message.id) running.complained = true
        return
      case 'stage':
        if (running?.id === message.id) running.onProgress(message)
        return
      case 'image':
      case 'enrolled':
      case 'verified':
      case 'failed':
        if (message.kind === 'failed' && (message.trouble === 'device' || message.trouble === 'removed'))
          notOpenNow(message.trouble)
        if (running?.id === message.id) running.settle(message)
    }
  }

  /** The helper opens the scanner again and says so; until then it is not ready, or the next try would fail, too. */
  function notOpenNow(trouble: 'device' | 'removed'): void {
    if (state.state !== 'up') return
    become({ state: 'up', scanners: state.scanners.map((one) => ({ ...one, open: false })), trouble })
  }

  // A helper that does not exist is not started again and again.
  const helper: Supervised<HelperProcess> | undefined =
    state.state === 'missing'
      ? undefined
      : supervise({
          start: (events) => spawn(program, env, events),
          hear,
          onLost: () => running?.settle({ kind: 'failed', trouble: 'driver-stopped' }),
          onResting: (stopped) => become(stopped ? { state: 'stopped' } : { state: 'starting' }),
          ...{ clock, restarts, silenceMs },
        })
  return {
    state: () => state,
    busy: () => running !== undefined,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    run(operation, { timeoutMs, signal, onProgress = () => undefined }) {
      const refuse = (trouble: OperationTrouble) => Promise.resolve({ kind: 'failed', trouble } as const)
      const target = helper?.process()
      if (state.state === 'missing') return refuse('missing')
      if (!target) return refuse('driver-stopped')
      if (running) return refuse('busy')
      if (signal?.aborted) return refuse('cancelled')
      const id = ++lastId
      return new Promise((resolve) => {
        let why: OperationTrouble | undefined
        let mute: NodeJS.Timeout | undefined
        const letGo = (reason: OperationTrouble) => {
          if (why) return
          why = reason
          target.send(`cancel ${id}\n`)
          mute = setTimeout(() => target.kill(), cancelMs)
        }
        const onAbort = () => letGo('cancelled')
        // Whoever had a finger on the glass all the time must not be told that there was none.
        const deadline = setTimeout(
          () => letGo(mine.touched || mine.complained ? 'no-picture' : 'timeout'),
          timeoutMs,
        )
        signal?.addEventListener('abort', onAbort, { once: true })
        const mine: Running = {
          ...{ id, onProgress, touched: false, complained: false },
          settle(ended) {
            clearTimeout(deadline)
            clearTimeout(mute)
            signal?.removeEventListener('abort', onAbort)
            running = undefined
            const cancelled = ended.kind === 'failed' && ended.trouble === 'cancelled'
            resolve(cancelled && why ? { kind: 'failed', trouble: why } : ended)
            tell()
          },
        }
        running = mine
        tell()
        target.send(commandLine(id, operation))
      })
    },
    close() {
      helper?.close()
      become({ state: 'stopped' })
      listeners.clear()
    },
  }
}
