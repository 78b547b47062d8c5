/** The fingerprint scanner behind SBI: found by itself, asked one thing at a time, believed only after every check. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { err, ok, type Result } from 'neverthrow'
import { deviceId } from '../device-id.ts'
import { serving, type RoleOf, type Served } from '../device-roles.ts'
import type { AuthScannerPort, FingerprintPort } from '../ports.ts'
import { createUses } from '../uses.ts'
import type { DriverDevice, DeviceFault } from '../z-device.ts'
import { askService, type AskOptions, type Scanner } from './ask-service.ts'
import { judgeCapture, type AskedCapture, type Finding, type Judged } from './capture-checks.ts'
import { captureRequest } from './capture-request.ts'
import type { ScannerTrust } from './device-signature.ts'
import type { Purpose } from './dialect.ts'
import { findScanner } from './find-scanner.ts'
import { emptyHash } from './hash-chain.ts'
import { callSbi, SbiCallFailed } from './sbi-call.ts'
import { streamPictures } from './sbi-stream.ts'
import { watchScannersBeside } from './scanners-beside.ts'
import { slaps } from './slaps.ts'

export interface SbiScannerOptions {
  ports: { from: number; to: number }
  trust: () => ScannerTrust | Promise<ScannerTrust>
  env: string
  /** a device is made for one of them; the other's captures are refused by it */
  purpose?: Purpose
  /** as what it stands among the devices */
  kind?: 'fingerprint-scanner' | 'finger-verifier'
  clock?: { now(): number }
  newTransactionId?: () => string
  searchEveryMs?: number
  /** whom each scanner serves; without it each serves everybody */
  roleOf?: RoleOf
  /** what was wrong with a capture, for the log: names of checks and codes, never what was captured */
  onRefused?: (findings: readonly Finding[]) => void
}

export type SbiScanner = FingerprintPort & AuthScannerPort

interface Wish {
  verb: 'RCAPTURE' | 'CAPTURE'
  fingers: readonly string[]
  exceptions: readonly string[]
  deviceSubId: string
  requestedScore: number
  timeoutMs: number
  domainUri?: string
  signal?: AbortSignal | undefined
  served?: Served | undefined
}

/** for a service that has its own view of `timeout` */
const graceMs = 5_000
/** A stream or a cancelled capture needs a moment to let go of the device. */
const letGoMs = 1_500
const proofHoldsMs = 60_000

const faultOfCall: Record<SbiCallFailed['kind'], DeviceFault> = {
  unreachable: 'finger.no-device',
  timeout: 'finger.timeout',
  'bad-answer': 'finger.bad-answer',
  cancelled: 'device.cancelled',
}

export function createSbiScanner(options: SbiScannerOptions): SbiScanner {
  const {
    ports,
    env,
    purpose = 'Registration',
    kind = 'fingerprint-scanner',
    clock = { now: () => Date.now() },
    newTransactionId = randomUUID,
    onRefused = () => undefined,
    roleOf = () => 'both' as const,
  } = options
  const listeners = new Set<(device: DriverDevice) => void>()
  /** by serial number, so that a device that comes back goes on with its own */
  const chains = new Map<string, string>()
  let state: DriverDevice = { kind, state: 'starting' }
  /** the one that is used now, or was last */
  let scanner: Scanner | undefined
  const uses = createUses(kind)
  let provenAt = 0
  let capturing = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let streaming: AbortController | undefined

  const everyMs = options.searchEveryMs ?? 1_000
  const beside = watchScannersBeside({
    ask: askOptions,
    now: () => clock.now(),
    isPaused: () => capturing,
    onChange: () => become(state),
    ...{ everyMs, proofHoldsMs },
  })
  let told = ''
  function become(next: DriverDevice): void {
    state = next
    const text = JSON.stringify(devices())
    if (text === told) return
    told = text
    for (const listener of listeners) listener(next)
  }
  const devices = () => [state, ...beside.of(scanner?.serial).map(show)]
  const show = ({ name, serial, firmware, status }: Scanner): DriverDevice =>
    status === 'Ready' || streaming
      ? { kind, state: 'ready', name, serial, firmware }
      : status === 'Busy'
        ? { kind, state: 'busy', name, serial }
        : { kind, state: 'needs-attention', name, serial, cause: 'finger.not-ready' }

  async function askOptions(): Promise<AskOptions> {
    const trust = await options.trust()
    const known = clock.now() - provenAt < proofHoldsMs ? scanner : undefined
    return { ports, trust, env, purpose, now: clock.now(), known }
  }

  async function search(): Promise<void> {
    if (capturing) return
    const asked = await askOptions()
    const result = await findScanner(asked)
    if (capturing || closed) return
    if ('found' in result) {
      if (result.found.serial !== asked.known?.serial) provenAt = clock.now()
      scanner = result.found
      become(show(scanner))
    } else {
      scanner = undefined
      become({ kind, state: 'absent', cause: result.fault })
    }
    // The one that was used is not there any more, whatever was seen beside it a moment ago.
    const gone = asked.known && asked.known.serial !== scanner?.serial ? asked.known.serial : undefined
    if (gone !== undefined) beside.forget(gone)
    become(state)
  }
  async function keepSearching(): Promise<void> {
    await search()
    if (!closed) timer = setTimeout(() => void keepSearching(), everyMs)
  }
  let searching = keepSearching()

  /** Takes the scanner for whoever is served, the one that was used last before another. @returns false if it is not there */
  function choose(served: Served | undefined): boolean {
    const all = [...(scanner ? [scanner] : []), ...beside.of(scanner?.serial)]
    const those = serving(all, served, { idOf: (one) => deviceId(kind, one), roleOf })
    if (scanner && those.includes(scanner)) return true
    const chosen = those.find(({ status }) => status === 'Ready') ?? those[0]
    // Without any, what follows says why.
    if (!chosen) return all.length === 0
    if (scanner) beside.remember(scanner)
    scanner = chosen
    return true
  }

  /** The device must be the chosen one, and ready, at the moment of the capture (sbi.md §7). */
  async function readyScanner(signal: AbortSignal | undefined): Promise<Result<Scanner, DeviceFault>> {
    if (!scanner) return err(state.state === 'absent' ? state.cause : 'finger.no-device')
    const end = performance.now() + letGoMs
    for (;;) {
      const asked = await askOptions()
      const before = scanner
      const answer = await askService(before.port, asked)
      if (signal?.aborted) return err('device.cancelled')
      if ('fault' in answer) {
        // Unplugged, or moved to another port since it was seen last.
        const moved = await findScanner({ ...asked, known: undefined })
        if (!('found' in moved)) return err(moved.fault)
        if (moved.found.serial !== before.serial) return err('finger.other-device')
        scanner = moved.found
        continue
      }
      scanner = answer.found
      if (scanner.serial !== before.serial) return err('finger.other-device')
      if (scanner.status === 'Ready') return ok(scanner)
      if (scanner.status !== 'Busy') return err('finger.not-ready')
      if (performance.now() > end) return err('finger.busy')
      await delay(100)
    }
  }

  async function runCapture(wish: Wish): Promise<Result<Judged, DeviceFault>> {
    if (capturing) return err('finger.busy')
    if (wish.signal?.aborted) return err('device.cancelled')
    if (!scanner) await search()
    if (!choose(wish.served)) return err('finger.no-device')
    if (capturing) return err('finger.busy')
    capturing = true
    streaming?.abort()
    try {
      const ready = await readyScanner(wish.signal)
      if (ready.isErr()) return err(ready.error)
      become({ kind, state: 'busy', name: ready.value.name, serial: ready.value.serial })
      return await callCapture(ready.value, wish)
    } catch (error) {
      if (!(error instanceof SbiCallFailed)) throw error
      if (error.kind === 'unreachable') scanner = undefined
      return err(faultOfCall[error.kind])
    } finally {
      capturing = false
      searching = searching.then(search)
    }
  }

  async function callCapture(chosen: Scanner, wish: Wish): Promise<Result<Judged, DeviceFault>> {
    const asked: AskedCapture = {
      transactionId: newTransactionId(),
      specVersion: chosen.dialect,
      ...{ env, purpose, fingers: wish.fingers },
      previousHash: chains.get(chosen.serial) ?? emptyHash,
      serial: chosen.serial,
      certification: chosen.certification,
      ...(wish.domainUri !== undefined && { domainUri: wish.domainUri }),
    }
    const answer = await callSbi({
      port: chosen.port,
      verb: wish.verb,
      path: '/capture',
      deadlineMs: wish.timeoutMs + graceMs,
      ...(wish.signal && { signal: wish.signal }),
      body: captureRequest(chosen, asked, { ...wish, now: clock.now() }),
    })
    const judged = await judgeCapture(answer, asked, { trust: await options.trust(), now: clock.now() })
    const [first] = judged.findings
    if (first) {
      onRefused(judged.findings)
      return err(first.fault)
    }
    chains.set(chosen.serial, judged.hash)
    uses.told(chosen)
    return ok(judged)
  }

  return {
    device: () => state,
    devices,
    onUse: uses.onUse,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async capture({ slap, exceptions, requestedScore, timeoutMs, signal, served }) {
      const { sub, fingers } = slaps[slap]
      const judged = await runCapture({
        verb: 'RCAPTURE',
        fingers: fingers.filter((finger) => !exceptions.includes(finger)),
        exceptions: fingers.filter((finger) => exceptions.includes(finger)),
        deviceSubId: sub,
        ...{ requestedScore, timeoutMs, signal, served },
      })
      return judged.map((good) =>
        good.fingers.map(({ finger, quality, record }) => ({ finger, quality, record })),
      )
    },
    async authenticate({ fingers, domainUri, requestedScore, timeoutMs, signal }) {
      const wish = { verb: 'CAPTURE', exceptions: [], deviceSubId: '0' } as const
      const judged = await runCapture({
        ...wish,
        ...{ fingers, domainUri, requestedScore, timeoutMs, signal },
      })
      return judged.map((good) =>
        good.fingers.map(({ finger, record, hash, sessionKey = '', thumbprint = '' }) => {
          return { finger, record, hash, sessionKey, thumbprint }
        }),
      )
    },
    async *stream({ slap, signal }) {
      if (!scanner || capturing) return
      const mine = new AbortController()
      streaming = mine
      try {
        yield* streamPictures(scanner, slaps[slap].sub, AbortSignal.any([signal, mine.signal]))
      } finally {
        if (streaming === mine) streaming = undefined
        mine.abort()
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      beside.close()
      streaming?.abort()
      await searching
    },
  }
}
