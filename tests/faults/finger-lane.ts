/** Faults of the scanner behind libfprint: what a sensor and a hand do wrong, and a helper that dies. */
import type { FingerVerifierPort } from '../../hardware/ports.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import type { Simulator } from '../integration/simulator-process.ts'
import { becomes, between, isReady, type Fault, type Lane } from './lane.ts'

const hints = {
  unclear: ['finger.unclear'],
  'too-short': ['finger.lifted-too-soon'],
  'off-centre': ['finger.off-centre'],
  'lift-first': ['finger.lift-first'],
} as const satisfies Record<string, readonly DeviceFault[]>

/** Of a picture that never becomes whole nothing comes but its absence. */
const ends = {
  'device-error': ['finger.device-error'],
  vanish: ['finger.no-device'],
  'half-picture': ['finger.timeout'],
  'absurd-size': ['finger.no-picture'],
  'thin-picture': ['finger.unclear', 'finger.device-error'],
} as const satisfies Record<string, readonly DeviceFault[]>

interface Parts {
  verifier: FingerVerifierPort
  simulator: Simulator
  /** Ends the helper as a crash would. */
  crash(): void
}

export function fingerLane({ verifier, simulator, crash }: Parts): Lane {
  const place = async () => {
    await simulator.post('/finger', { person: 3, finger: 1, impression: 7, quality: 'good' })
    await simulator.post('/place')
  }
  /** @param acts one for each time that a finger is wanted; the last again and again */
  async function capture(acts: readonly (() => Promise<unknown>)[], timeoutMs: number, signal?: AbortSignal) {
    let hint: DeviceFault | undefined
    let at = 0
    const playing: Promise<unknown>[] = []
    const result = await verifier.captureImage({
      timeoutMs,
      ...(signal && { signal }),
      onProgress(progress) {
        if (progress.kind === 'again') hint = progress.hint
        if (progress.kind !== 'finger' || progress.status !== 'needed') return
        const act = acts[Math.min(at, acts.length - 1)]
        at += 1
        // An act that comes as the scanner goes is refused by the simulator: the fault has been played by then.
        if (act) playing.push(act().catch(() => undefined))
      },
    })
    await Promise.all(playing)
    return { hint, trouble: result.isErr() ? result.error : undefined }
  }
  const show = (name: string) => () => simulator.post('/fault', { fault: name })
  const fault = (name: string, expected: readonly DeviceFault[], play: Fault['play']): Fault => ({
    ...{ name, play, expected, deadlineMs: 20_000 },
  })
  /** A virtual sensor that went is not found again by itself, as one on a bus would be. */
  const plugAgain = async () => {
    crash()
    // Until its end is noticed the old one still counts as ready.
    await becomes('its end is noticed', () => verifier.device().state !== 'ready')
  }

  return {
    device: 'finger-verifier',
    faults: [
      ...Object.entries(hints).map(([name, expected]) =>
        fault(name, expected, async () => {
          const { hint, trouble } = await capture([show(name), place], 6_000)
          return trouble ?? hint
        }),
      ),
      ...Object.entries(ends).map(([name, expected]) =>
        fault(name, expected, async () => {
          const { hint, trouble } = await capture([show(name)], 2_000)
          if (name === 'vanish') await plugAgain()
          else await simulator.post('/fault', { fault: 'hang-up' })
          return trouble ?? hint
        }),
      ),
      fault('no-finger', ['finger.timeout'], async () => (await capture([], 500)).trouble),
      fault('cancelled', ['device.cancelled'], async (random) => {
        const { trouble } = await capture([], 6_000, AbortSignal.timeout(between(random, 20, 800)))
        return trouble
      }),
      fault('driver-crash', ['device.driver-stopped'], async () => {
        const ended = capture([], 6_000)
        await becomes('it waits for a finger', () => verifier.device().state === 'busy')
        crash()
        return (await ended).trouble
      }),
    ],
    async works() {
      await becomes('the scanner is ready', isReady(verifier))
      const { trouble } = await capture([place], 10_000)
      if (trouble) throw new Error(`A good finger is not taken: ${trouble}`)
    },
    close: () => simulator.stop(),
  }
}
