/**
 * Looks after a driver's process: one that crashes, hangs or talks nonsense is started again, and after too many times
 * the driver says so. What its messages mean is the driver's own business.
 */
import type { DriverProcess, SpawnDriver } from './driver-process.ts'
import { nextRestart, restartPolicy, type RestartPolicy } from './restart-policy.ts'

export interface SupervisedParts<P extends { kill(): void }> {
  /** Starts a process. Its events may come at once. */
  start(events: { onMessage(raw: unknown): void; onExit(): void }): P
  /** @returns false for what makes no sense: the process is ended then, as one that crashed */
  hear(raw: unknown): boolean
  /** Whoever waits for an answer of this process waits in vain. */
  onLost(): void
  /** It is started again after a while; `stopped`: it was too often, and that while is long. */
  onResting(stopped: boolean): void
  clock?: { now(): number } | undefined
  restarts?: RestartPolicy | undefined
  /** how long it may be silent, ms */
  silenceMs?: number | undefined
}

export interface Supervised<P> {
  /** undefined while none runs */
  process(): P | undefined
  /** A fresh process at once. It is not the driver's fault, so it does not count as a crash. */
  startAfresh(): void
  /** Ends it for good. */
  close(): void
}

/** @returns at once, with the process starting */
export function supervise<P extends { kill(): void }>(parts: SupervisedParts<P>): Supervised<P> {
  const { clock = Date, restarts = restartPolicy, silenceMs = 10_000 } = parts
  const pastRestarts: number[] = []
  /** Each start has a mark of its own, so that a late word of an old process is nobody's. */
  let current: { process?: P } | undefined
  let silence: NodeJS.Timeout | undefined
  let nextStart: NodeJS.Timeout | undefined
  let closed = false

  function start(): void {
    const mine: { process?: P } = {}
    current = mine
    const started = parts.start({
      onMessage: (raw) => {
        if (current !== mine) return
        if (parts.hear(raw)) expectSound(mine)
        else mine.process?.kill()
      },
      onExit: () => {
        if (current === mine) rest()
      },
    })
    if (current !== mine) return
    mine.process = started
    expectSound(mine)
  }

  function expectSound(mine: { process?: P }): void {
    // What was heard may have ended it.
    if (current !== mine) return
    clearTimeout(silence)
    // A hanging process is ended; from there on it is the same as one that crashed.
    silence = setTimeout(() => mine.process?.kill(), silenceMs)
  }

  function lose(): void {
    clearTimeout(silence)
    current = undefined
    parts.onLost()
  }

  function rest(): void {
    lose()
    if (closed) return
    const { inMs, stopped } = nextRestart(pastRestarts, clock.now(), restarts)
    parts.onResting(stopped)
    clearTimeout(nextStart)
    nextStart = setTimeout(() => {
      pastRestarts.push(clock.now())
      start()
    }, inMs)
  }

  start()
  return {
    process: () => current?.process,
    startAfresh() {
      const old = current?.process
      clearTimeout(nextStart)
      lose()
      old?.kill()
      if (!closed) start()
    },
    close() {
      closed = true
      clearTimeout(nextStart)
      const last = current?.process
      lose()
      last?.kill()
    },
  }
}

/** @returns how `supervise` starts a driver that is a file of ours */
export const startDriver =
  (
    spawn: SpawnDriver,
    file: string,
    env: Readonly<Record<string, string>>,
  ): SupervisedParts<DriverProcess>['start'] =>
  ({ onMessage, onExit }) => {
    const started = spawn(file, env)
    started.onMessage(onMessage)
    started.onExit(onExit)
    return started
  }
