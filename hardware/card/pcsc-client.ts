/**
 * The host's end of the PC/SC process: starts it, keeps deadlines, kills it when a card blocks it, and starts it again.
 */
import { err, ok, type Result } from 'neverthrow'
import { besideFile, forkDriver, type DriverProcess, type SpawnDriver } from '../driver-process.ts'
import { nextRestart, restartPolicy, type RestartPolicy } from '../restart-policy.ts'
import { zFromPcsc, type CardTrouble, type FromPcsc, type Reader, type ToPcsc } from './z-pcsc.ts'

export interface PcscOptions {
  spawn?: SpawnDriver
  /** path of pcscd's socket, when it is not the system's own */
  socket?: string
  clock?: { now(): number }
  /** the file that runs as the PC/SC process; for tests of what happens when it crashes */
  file?: string
  /** how long one request to a card may take, ms */
  deadlineMs?: number
  /** how long the process may be silent, ms */
  silenceMs?: number
  restarts?: RestartPolicy
}

export type PcscState =
  | { state: 'starting' }
  | { state: 'stopped' }
  | { state: 'service-down' }
  | { state: 'up'; readers: readonly Reader[] }

/** As `CardTrouble`, and the process itself ended. */
export type RequestTrouble = CardTrouble | 'driver-stopped'

export interface PcscClient {
  state(): PcscState
  onChange(listener: () => void): () => void
  /** Connects the card that lies on any reader. @returns its ATR */
  connect(): Promise<Result<Uint8Array, RequestTrouble>>
  /**
   * Sends one APDU.
   * @param most longest answer, bytes @param withinMs instead of the usual deadline
   * @returns the answer with its status word; empty if the card was pulled
   */
  transmit(apdu: Uint8Array, most: number, withinMs?: number): Promise<Result<Uint8Array, RequestTrouble>>
  disconnect(): Promise<void>
  close(): void
}

interface Waiting {
  resolve(result: Result<Uint8Array, RequestTrouble>): void
  timer: NodeJS.Timeout
}

/** A request without its number. */
type Request = ToPcsc extends infer One ? (One extends ToPcsc ? Omit<One, 'id'> : never) : never

const systemClock = { now: () => Date.now() }

/** Starts the PC/SC process. @returns at once; what is there is told by `onChange` */
export function createPcscClient(options: PcscOptions = {}): PcscClient {
  const { spawn = forkDriver, clock = systemClock, deadlineMs = 3_000, silenceMs = 10_000 } = options
  const { restarts = restartPolicy, file = besideFile(import.meta.url, 'pcsc-process') } = options
  const env: Record<string, string> = options.socket ? { PCSCLITE_CSOCK_NAME: options.socket } : {}
  const listeners = new Set<() => void>()
  const waiting = new Map<number, Waiting>()
  const pastRestarts: number[] = []
  let state: PcscState = { state: 'starting' }
  let child: DriverProcess | undefined
  let silence: NodeJS.Timeout | undefined
  let nextStart: NodeJS.Timeout | undefined
  let lastId = 0
  let closed = false

  function become(next: PcscState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of [...listeners]) listener()
  }

  function start(): void {
    const started = spawn(file, env)
    child = started
    started.onMessage((raw) => {
      if (child === started) hear(raw)
    })
    started.onExit(() => {
      if (child !== started) return
      forget('driver-stopped')
      if (closed) return
      const { inMs, stopped } = nextRestart(pastRestarts, clock.now(), restarts)
      become(stopped ? { state: 'stopped' } : { state: 'starting' })
      nextStart = setTimeout(() => {
        pastRestarts.push(clock.now())
        start()
      }, inMs)
    })
    expectSound()
  }

  function expectSound(): void {
    clearTimeout(silence)
    // A hanging process is ended; from there on it is the same as one that crashed.
    silence = setTimeout(() => child?.kill(), silenceMs)
  }

  function hear(raw: unknown): void {
    const message = zFromPcsc.safeParse(raw)
    if (!message.success) return child?.kill()
    expectSound()
    switch (message.data.kind) {
      case 'seen':
        return become(seenState(message.data))
      case 'answer':
        return settle(message.data.id, ok(Buffer.from(message.data.bytes, 'hex')))
      case 'failed':
        return settle(message.data.id, err(message.data.trouble))
    }
  }

  function settle(id: number, result: Result<Uint8Array, RequestTrouble>): void {
    const one = waiting.get(id)
    if (!one) return
    waiting.delete(id)
    clearTimeout(one.timer)
    one.resolve(result)
  }

  function forget(why: RequestTrouble): void {
    clearTimeout(silence)
    child = undefined
    for (const id of [...waiting.keys()]) settle(id, err(why))
  }

  /** The only way out of a native call that waits for a card is to end the process. It is not the driver's fault, so it does not count as a crash. */
  function giveUp(id: number): void {
    settle(id, err('mute'))
    const stuck = child
    forget('driver-stopped')
    stuck?.kill()
    become({ state: 'starting' })
    if (!closed) start()
  }

  function request(message: Request, withinMs = deadlineMs): Promise<Result<Uint8Array, RequestTrouble>> {
    const target = child
    if (!target) return Promise.resolve(err('driver-stopped'))
    const id = ++lastId
    return new Promise((resolve) => {
      waiting.set(id, { resolve, timer: setTimeout(() => giveUp(id), withinMs) })
      target.send({ ...message, id } satisfies ToPcsc)
    })
  }

  start()
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    connect: () => request({ kind: 'connect' }),
    transmit: (apdu, most, withinMs) =>
      request({ kind: 'transmit', apdu: Buffer.from(apdu).toString('hex'), most }, withinMs),
    disconnect: async () => void (await request({ kind: 'disconnect' })),
    close() {
      closed = true
      clearTimeout(nextStart)
      const last = child
      forget('driver-stopped')
      last?.kill()
      // Whoever still waits for a card is let go.
      become({ state: 'stopped' })
      listeners.clear()
    },
  }
}

function seenState(seen: Extract<FromPcsc, { kind: 'seen' }>): PcscState {
  return seen.service === 'down' ? { state: 'service-down' } : { state: 'up', readers: seen.readers }
}
