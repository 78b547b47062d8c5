/**
 * The host's end of the PC/SC process: starts it, keeps deadlines, kills it when a card blocks it, and starts it again.
 */
import { err, ok, type Result } from 'neverthrow'
import { besideFile, forkDriver, type SpawnDriver } from '../driver-process.ts'
import type { RestartPolicy } from '../restart-policy.ts'
import { startDriver, supervise } from '../supervise.ts'
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
  /** Connects the card in the slot with this name. @returns its ATR */
  connect(reader: string): Promise<Result<Uint8Array, RequestTrouble>>
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

/** Starts the PC/SC process. @returns at once; what is there is told by `onChange` */
export function createPcscClient(options: PcscOptions = {}): PcscClient {
  const { spawn = forkDriver, deadlineMs = 3_000, clock, silenceMs, restarts } = options
  const { file = besideFile(import.meta.url, 'pcsc-process') } = options
  const env: Record<string, string> = options.socket ? { PCSCLITE_CSOCK_NAME: options.socket } : {}
  const listeners = new Set<() => void>()
  const waiting = new Map<number, Waiting>()
  let state: PcscState = { state: 'starting' }
  let lastId = 0

  function become(next: PcscState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of [...listeners]) listener()
  }

  function hear(raw: unknown): boolean {
    const message = zFromPcsc.safeParse(raw)
    if (!message.success) return false
    switch (message.data.kind) {
      case 'seen':
        become(seenState(message.data))
        break
      case 'answer':
        settle(message.data.id, ok(Buffer.from(message.data.bytes, 'hex')))
        break
      case 'failed':
        settle(message.data.id, err(message.data.trouble))
    }
    return true
  }

  function settle(id: number, result: Result<Uint8Array, RequestTrouble>): void {
    const one = waiting.get(id)
    if (!one) return
    waiting.delete(id)
    clearTimeout(one.timer)
    one.resolve(result)
  }

  function forget(why: RequestTrouble): void {
    for (const id of [...waiting.keys()]) settle(id, err(why))
  }

  /** The only way out of a native call that waits for a card is to end the process. */
  function giveUp(id: number): void {
    settle(id, err('mute'))
    become({ state: 'starting' })
    driver.startAfresh()
  }

  function request(message: Request, withinMs = deadlineMs): Promise<Result<Uint8Array, RequestTrouble>> {
    const target = driver.process()
    if (!target) return Promise.resolve(err('driver-stopped'))
    const id = ++lastId
    return new Promise((resolve) => {
      waiting.set(id, { resolve, timer: setTimeout(() => giveUp(id), withinMs) })
      target.send({ ...message, id } satisfies ToPcsc)
    })
  }

  const driver = supervise({
    start: startDriver(spawn, file, env),
    hear,
    onLost: () => forget('driver-stopped'),
    onResting: (stopped) => become(stopped ? { state: 'stopped' } : { state: 'starting' }),
    ...{ clock, restarts, silenceMs },
  })
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    connect: (reader) => request({ kind: 'connect', reader }),
    transmit: (apdu, most, withinMs) =>
      request({ kind: 'transmit', apdu: Buffer.from(apdu).toString('hex'), most }, withinMs),
    disconnect: async () => void (await request({ kind: 'disconnect' })),
    close() {
      driver.close()
      // Whoever still waits for a card is let go.
      become({ state: 'stopped' })
      listeners.clear()
    },
  }
}

function seenState(seen: Extract<FromPcsc, { kind: 'seen' }>): PcscState {
  return seen.service === 'down' ? { state: 'service-down' } : { state: 'up', readers: seen.readers }
}
