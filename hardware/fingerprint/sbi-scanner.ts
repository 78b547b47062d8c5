/** The fingerprint scanner behind SBI: found by itself, asked one thing at a time, believed only after every check. */
import { randomUUID } from 'node:crypto'
import { err, ok } from 'neverthrow'
import type { FingerprintPort } from '../ports.ts'
import type { Device, DeviceFault } from '../z-device.ts'
import { findScanner, type Scanner } from './find-scanner.ts'
import { readPictures } from './jpeg-stream.ts'
import { callSbi, openSbiCall, SbiCallFailed } from './sbi-call.ts'
import { emptyHash, verifyCapture } from './verify-capture.ts'

export interface SbiScannerOptions {
  ports: { from: number; to: number }
  /** PEM of the roots that may certify a scanner */
  trustedRoots: readonly string[]
  env: string
  clock?: { now(): number }
  newTransactionId?: () => string
  searchEveryMs?: number
}

const kind = 'fingerprint-scanner'
const slaps = {
  left: {
    sub: '1',
    fingers: ['Left IndexFinger', 'Left MiddleFinger', 'Left RingFinger', 'Left LittleFinger'],
  },
  right: {
    sub: '2',
    fingers: ['Right IndexFinger', 'Right MiddleFinger', 'Right RingFinger', 'Right LittleFinger'],
  },
  thumbs: { sub: '3', fingers: ['Left Thumb', 'Right Thumb'] },
} as const

/** Times of SBI carry no milliseconds. */
const sbiTime = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const faultOfCall: Record<SbiCallFailed['kind'], DeviceFault> = {
  unreachable: 'finger.no-device',
  timeout: 'finger.timeout',
  'bad-answer': 'finger.bad-answer',
  cancelled: 'device.cancelled',
}

export function createSbiScanner(options: SbiScannerOptions): FingerprintPort {
  const {
    ports,
    trustedRoots,
    env,
    clock = { now: () => Date.now() },
    newTransactionId = randomUUID,
  } = options
  const listeners = new Set<(device: Device) => void>()
  let state: Device = { kind, state: 'starting' }
  let scanner: Scanner | undefined
  let capturing = false
  let previousHash = emptyHash
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let streaming: AbortController | undefined

  function become(next: Device): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of listeners) listener(next)
  }
  const show = (found: Scanner): Device =>
    found.status === 'Ready' || streaming
      ? { kind, state: 'ready', name: found.name, serial: found.serial, firmware: found.firmware }
      : found.status === 'Busy'
        ? { kind, state: 'busy', name: found.name }
        : { kind, state: 'needs-attention', name: found.name, cause: 'finger.not-ready' }

  async function search(): Promise<void> {
    if (capturing) return
    const before = scanner?.port
    const result = await findScanner({
      ...ports,
      roots: trustedRoots,
      env,
      now: clock.now(),
      ...(before !== undefined && { lastPort: before }),
    })
    if (capturing || closed) return
    if ('found' in result) {
      if (scanner?.serial !== result.found.serial) previousHash = emptyHash
      scanner = result.found
      become(show(scanner))
    } else {
      scanner = undefined
      become({ kind, state: 'absent', cause: result.fault })
    }
  }
  async function keepSearching(): Promise<void> {
    await search()
    if (!closed) timer = setTimeout(() => void keepSearching(), options.searchEveryMs ?? 2_000)
  }
  const searching = keepSearching()

  return {
    device: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async capture({ slap, exceptions, requestedScore, timeoutMs, signal }) {
      if (capturing) return err('finger.busy')
      if (!scanner) await search()
      if (!scanner) return err(state.state === 'absent' ? state.cause : 'finger.no-device')
      const chosen = scanner
      const fingers = slaps[slap].fingers.filter((finger) => !exceptions.includes(finger))
      const transactionId = newTransactionId()
      capturing = true
      streaming?.abort()
      become({ kind, state: 'busy', name: chosen.name })
      try {
        const answer = await callSbi({
          port: chosen.port,
          verb: 'RCAPTURE',
          path: '/capture',
          deadlineMs: timeoutMs + 5_000,
          ...(signal && { signal }),
          body: {
            env,
            purpose: 'Registration',
            specVersion: '0.9.5',
            timeout: String(timeoutMs),
            captureTime: sbiTime(clock.now()),
            transactionId,
            bio: [
              {
                type: 'Finger',
                count: String(fingers.length),
                bioSubType: fingers,
                exception: slaps[slap].fingers.filter((finger) => exceptions.includes(finger)),
                requestedScore: String(requestedScore),
                deviceId: chosen.deviceId,
                deviceSubId: slaps[slap].sub,
                previousHash,
              },
            ],
            customOpts: {},
          },
        })
        const asked = {
          transactionId,
          env,
          specVersion: '0.9.5',
          fingers,
          previousHash,
          serial: chosen.serial,
        }
        const checked = await verifyCapture(answer, asked, { roots: trustedRoots, now: clock.now() })
        if (checked.isErr()) return err(checked.error)
        previousHash = checked.value.hash
        return ok(checked.value.fingers)
      } catch (error) {
        if (!(error instanceof SbiCallFailed)) throw error
        if (error.kind === 'unreachable') scanner = undefined
        return err(faultOfCall[error.kind])
      } finally {
        capturing = false
        void search()
      }
    },
    async *stream({ slap, signal }) {
      if (!scanner || capturing) return
      const mine = new AbortController()
      streaming = mine
      const until = AbortSignal.any([signal, mine.signal])
      try {
        const body = { deviceId: scanner.deviceId, deviceSubId: slaps[slap].sub, timeout: '300000' }
        const call = {
          port: scanner.port,
          verb: 'STREAM',
          path: '/stream',
          body,
          deadlineMs: 300_000,
          signal: until,
        } as const
        const response = await openSbiCall(call)
        if (!response.headers['content-type']?.startsWith('multipart/')) return void response.destroy()
        for await (const picture of readPictures(response)) {
          if (until.aborted) return
          yield picture
        }
      } catch {
        // A preview that breaks off says nothing about the capture.
        return
      } finally {
        if (streaming === mine) streaming = undefined
        mine.abort()
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      streaming?.abort()
      await searching
    },
  }
}
