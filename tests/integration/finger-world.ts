/** A scanner behind libfprint and the finger on it: the real library, its virtual image device, our simulator. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import type { FphelperOptions } from '../../hardware/fingerprint/libfprint/fphelper-client.ts'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import { startHelper } from '../../hardware/fingerprint/libfprint/helper-process.ts'
import type { FingerProgress, FingerVerifierPort } from '../../hardware/ports.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const { buildHelper, helper } = await (import(
  fileURLToPath(new URL('../../scripts/build-helper.mjs', import.meta.url))
) as Promise<{ buildHelper(): string | undefined; helper: string }>)

/** @returns why nothing here can run; undefined where it can */
export function whyNoFingers(): string | undefined {
  const why = buildHelper() ?? (existsSync(helper) ? undefined : 'the helper is not there')
  if (why) process.stderr.write(`Fingerprint tests are skipped: ${why}\n`)
  return why
}

export interface FingerWorld {
  scanner: FingerVerifierPort
  hand: Simulator
  /** of the helper that runs now */
  pid(): number
  starts(): number
  ready(): Promise<void>
  place(finger: object, how?: object): Promise<void>
  close(): Promise<void>
}

export async function openFingerWorld(options: FphelperOptions = {}): Promise<FingerWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'finger-'))
  const socket = join(folder, 'image.sock')
  const hand = await startSimulator('finger', ['--socket', socket])
  const pids: number[] = []
  const scanner = openFingerVerifier({
    program: helper,
    env: { FP_VIRTUAL_IMAGE: socket },
    restarts: { delayMs: 300, most: 3, windowMs: 60_000 },
    start: (...given) => {
      const started = startHelper(...given)
      pids.push(started.pid)
      return started
    },
    ...options,
  })
  const ready = () =>
    vi.waitFor(() => expect(scanner.device().state).toBe('ready'), { timeout: 15_000, interval: 50 })
  return {
    scanner,
    hand,
    pid: () => pids.at(-1) ?? 0,
    starts: () => pids.length,
    ready,
    async place(finger, how = {}) {
      await hand.post('/finger', finger)
      await hand.post('/place', how)
    },
    async close() {
      await scanner.close()
      await hand.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A hand that does the next thing each time the scanner wants a finger; what comes before is lost, as on a real scanner.
 * @returns what was told meanwhile
 */
export function hand(acts: readonly (() => Promise<unknown>)[]) {
  const left = [...acts]
  const seen: FingerProgress[] = []
  const onProgress = (progress: FingerProgress) => {
    seen.push(progress)
    if (progress.kind === 'finger' && progress.status === 'needed') void left.shift()?.()
  }
  return { seen, onProgress }
}

/** Places impressions of one finger until a template is made. */
export async function enrolFinger(world: FingerWorld, person: number, finger = 1): Promise<Uint8Array> {
  const presses = Array.from(
    { length: 15 },
    (_, press) => () => world.place({ person, finger, impression: 1_000 + press, quality: 'good' }),
  )
  const { onProgress } = hand(presses)
  return (await world.scanner.enrol({ timeoutMs: 20_000, onProgress }))._unsafeUnwrap()
}
