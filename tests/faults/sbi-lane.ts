/** Faults of the fingerprint scanner behind SBI, each named in its simulator. */
import type { FingerprintPort } from '../../hardware/ports.ts'
import { breakingFaults as faults } from '../../hardware/simulators/sbi/faults.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import type { Simulator } from '../integration/simulator-process.ts'
import { becomes, between, isReady, shownCause, type Fault, type Lane } from './lane.ts'
import { causesOf } from './scanner-causes.ts'

export function sbiLane(scanner: FingerprintPort, simulator: Simulator): Lane {
  const capture = async (timeoutMs: number, signal?: AbortSignal) => {
    const options = { slap: 'left', exceptions: [], requestedScore: 40, timeoutMs } as const
    const result = await scanner.capture({ ...options, ...(signal && { signal }) })
    return result.isErr() ? result.error : undefined
  }
  const wire = (name: (typeof faults)[number]): Fault => ({
    name,
    expected: causesOf(name),
    deadlineMs: 25_000,
    async play() {
      await simulator.post('/fault', { fault: name })
      const told = (await capture(300)) ?? (await shownCause(scanner))
      await simulator.post('/fault', { fault: null })
      return told
    },
  })
  const other = (name: string, cause: DeviceFault, play: Fault['play']): Fault => ({
    ...{ name, play, expected: [cause], deadlineMs: 25_000 },
  })

  return {
    device: 'fingerprint-scanner',
    faults: [
      ...faults.map(wire),
      other('service-down', 'finger.no-device', async () => {
        await simulator.post('/service', { up: false })
        const told = (await capture(300)) ?? (await shownCause(scanner))
        await simulator.post('/service', { up: true })
        return told
      }),
      other('status-not-ready', 'finger.not-ready', async () => {
        await simulator.post('/status', { status: 'Not Ready' })
        const told = await shownCause(scanner)
        await simulator.post('/status', { status: 'Ready' })
        return told
      }),
      other('no-finger', 'finger.none-seen', async () => {
        await simulator.post('/finger', { present: false })
        const told = await capture(300)
        await simulator.post('/finger', { present: true })
        return told
      }),
      other('cancelled', 'device.cancelled', async (random) => {
        await simulator.post('/finger', { present: false })
        const told = await capture(5_000, AbortSignal.timeout(between(random, 20, 800)))
        await simulator.post('/finger', { present: true })
        return told
      }),
    ],
    async works() {
      await becomes('the scanner is ready', isReady(scanner))
      const trouble = await capture(2_000)
      if (trouble) throw new Error(`Fingers are not taken: ${trouble}`)
    },
    close: () => simulator.stop(),
  }
}
