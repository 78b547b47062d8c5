/**
 * How long until every fingerprint scanner on the hundred SBI ports is known, proven by its signature. The baseline asks
 * the same services in the same way, but five ports at a time (sbi.md §2). Each with nothing there and with two scanners.
 */
import { z } from 'zod'
import { askService, type AskOptions } from '../../hardware/fingerprint/ask-service.ts'
import { findAllScanners } from '../../hardware/fingerprint/find-scanner.ts'
import { listeningPorts } from '../../hardware/fingerprint/listening-ports.ts'
import { startSimulator } from '../integration/simulator-process.ts'
import { figure, median, type Bench } from './figures.ts'

const runs = 7
const atOnce = 5
const ports = { from: 4501, to: 4600 }

/** @returns how many were found */
async function fiveAtATime(options: AskOptions): Promise<number> {
  const waiting = Array.from({ length: ports.to - ports.from + 1 }, (_, index) => ports.from + index)
  let found = 0
  const worker = async () => {
    for (let port = waiting.shift(); port !== undefined; port = waiting.shift()) {
      if ((await listeningPorts({ from: port, to: port })).length === 0) continue
      if ('found' in (await askService(port, options))) found += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return found
}

async function timed(search: () => Promise<number>, expected: number): Promise<number> {
  const times = []
  for (let run = 0; run < runs; run += 1) {
    const from = performance.now()
    const found = await search()
    times.push(performance.now() - from)
    if (found !== expected) throw new Error(`${found} scanners were found instead of ${expected}`)
  }
  return median(times)
}

export const scannerSearch: Bench = async (say) => {
  const figures = []
  for (const count of [0, 2]) {
    const devices = ['dialect=0.9.5,serial=111122223333', 'dialect=1.0,serial=444455556666']
    const args = devices.slice(0, count).flatMap((device) => ['--device', device])
    const simulator = count > 0 ? await startSimulator('sbi', args) : undefined
    const root = simulator ? [z.string().parse(simulator.ready['root'])] : []
    const trust = { device: root, ftm: [], revoked: [] }
    const options = (): AskOptions => {
      return { ports, trust, env: 'Staging', purpose: 'Registration', now: Date.now() }
    }
    try {
      const value = await timed(async () => (await findAllScanners(options())).length, count)
      const baseline = await timed(() => fiveAtATime(options()), count)
      say(`${count} scanners on 100 ports: all known after ${Math.round(value)} ms`)
      figures.push(
        figure({ name: `100 ports, ${count} scanners found`, unit: 'ms', goal: 1_000, value, baseline }),
      )
    } finally {
      await simulator?.stop()
    }
  }
  return figures
}
