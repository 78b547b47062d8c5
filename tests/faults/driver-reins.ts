/** Starts drivers as the host does, and holds their processes, so that the run can end one as a crash would. */
import { forkDriver, type SpawnDriver } from '../../hardware/driver-process.ts'

/** Restarts as quick as the run is; how often they are allowed is the field's own. */
export const quickRestarts = { delayMs: 300, most: 3, windowMs: 4_000 }

export function driverReins(): { spawn: SpawnDriver; crash(): void } {
  let last: ReturnType<SpawnDriver> | undefined
  return {
    spawn: (file, env) => (last = forkDriver(file, env)),
    crash: () => last?.kill(),
  }
}
