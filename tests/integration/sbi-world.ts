/** A scanner behind SBI with its client, on ports of their own, so that one that is really attached does not disturb. */
import { expect, vi } from 'vitest'
import { z } from 'zod'
import type { Finding } from '../../hardware/fingerprint/capture-checks.ts'
import { createSbiScanner, type SbiScanner } from '../../hardware/fingerprint/sbi-scanner.ts'
import type { RoleOf } from '../../hardware/device-roles.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const zTrust = z.object({ root: z.string(), ftmRoot: z.string(), revoked: z.array(z.string()) })

export interface SbiWorld {
  simulator: Simulator
  scanner: SbiScanner
  /** of the last capture that was refused */
  findings(): readonly Finding[]
  end(): Promise<void>
}

/** @param devices as `--device` has them */
export async function sbiWorld(
  ports: { from: number; to: number },
  devices: readonly string[] = [],
  purpose: 'Registration' | 'Auth' = 'Registration',
  roleOf: RoleOf = () => 'both',
): Promise<SbiWorld> {
  const range = ['--from', String(ports.from), '--to', String(ports.to)]
  const simulator = await startSimulator('sbi', [...range, ...devices.flatMap((one) => ['--device', one])])
  const { root, ftmRoot, revoked } = zTrust.parse(simulator.ready)
  let findings: readonly Finding[] = []
  const scanner = createSbiScanner({
    ports,
    trust: () => ({ device: [root], ftm: [ftmRoot], revoked }),
    ...{ env: 'Staging', purpose, searchEveryMs: 200, roleOf },
    onRefused: (found) => (findings = found),
  })
  await vi.waitFor(() => expect(scanner.device().state).toBe('ready'), { timeout: 15_000 })
  return {
    simulator,
    scanner,
    findings: () => findings,
    async end() {
      await scanner.close()
      await simulator.stop()
    },
  }
}

export const captureLeft = (scanner: SbiScanner, timeoutMs = 1_500, signal?: AbortSignal) =>
  scanner.capture({
    ...{ slap: 'left', exceptions: [], requestedScore: 40, timeoutMs },
    ...(signal && { signal }),
  })
