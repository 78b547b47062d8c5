/**
 * The host's end of the helper: starts it, gives each operation a deadline, kills it when it does not let go, and starts
 * it again. The deadline of an operation is no fault of the scanner: nobody may have placed a finger. A helper that does
 * not even answer to `cancel` is mute, and is ended like one that crashed.
 */
import { existsSync } from 'node:fs'
import { nextRestart, restartPolicy, type RestartPolicy } from '../../restart-policy.ts'
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
  const {
    program = helperProgram(),
    start: spawn = startHelper,
    env = {},
    restarts = restartPolicy,
  } = options
  const { clock = { now: () => Date.now() }, silenceMs = 10_000, cancelMs = 1_500 } = options
  const listeners = new Set<() => void>()
  const pastRestarts: number[] = []
  let state: HelperState = existsSync(program) ? { state: 'starting' } : { state: 'missing' }
  let helper: HelperProcess | undefined
  let running: Running | undefined
  let silence: NodeJS.Timeout | undefined
  let nextStart: NodeJS.Timeout | undefined
  let lastId = 0
  let closed = false

  const tell = () => {
    for (const listener of [...listeners]) listener()
  }
  function become(next: HelperState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    tell()
  }

  function start(): void {
    // Each start has a mark of its own, so that a late word of an old helper is nobody's.
    const mine = { over: false }
    const started = spawn(program, env, {
      onMessage: (raw) => {
        if (!mine.over && helper === started) hear(raw)
      },
      onExit: () => {
        mine.over = true
        if (helper === started || helper === undefined) ended()
      },
    })
    helper = started
    expectSound()
  }

  function ended(): void {
    clearTimeout(silence)
    helper = undefined
    running?.settle({ kind: 'failed', trouble: 'driver-stopped' })
    if (closed) return
    const { inMs, stopped } = nextRestart(pastRestarts, clock.now(), restarts)
    become(stopped ? { state: 'stopped' } : { state: 'starting' })
    nextStart = setTimeout(() => {
      pastRestarts.push(clock.now())
      start()
    }, inMs)
  }

  function expectSound(): void {
    clearTimeout(silence)
    silence = setTimeout(() => helper?.kill(), silenceMs)
  }

  function hear(raw: unknown): void {
    const message = zFromHelper.safeParse(raw)
    // A helper that talks nonsense is ended; from there on it is the same as one that crashed.
    if (!message.success) return helper?.kill()
    expectSound()
    obey(message.data)
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

  if (state.state === 'starting') start()
  return {
    state: () => state,
    busy: () => running !== undefined,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    run(operation, { timeoutMs, signal, onProgress = () => undefined }) {
      const refuse = (trouble: OperationTrouble) => Promise.resolve({ kind: 'failed', trouble } as const)
      const target = helper
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
      closed = true
      clearTimeout(nextStart)
      clearTimeout(silence)
      running?.settle({ kind: 'failed', trouble: 'driver-stopped' })
      helper?.kill()
      become({ state: 'stopped' })
      listeners.clear()
    },
  }
}
