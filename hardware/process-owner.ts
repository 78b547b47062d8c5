/** A helper program ends with whoever started it. */
import { setInterval } from 'node:timers'

/**
 * @param argv may hold `--parent PID`
 * @param close called once: on SIGTERM, on SIGINT, and when the parent is gone; then the process exits
 */
export function endWithOwner(argv: readonly string[], close: () => Promise<void>): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    // Nothing that hangs may keep a helper alive after its owner.
    setTimeout(() => process.exit(1), 4_000).unref()
    void close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  const parent = Number(argv[argv.indexOf('--parent') + 1])
  if (!argv.includes('--parent') || !Number.isInteger(parent)) return
  setInterval(() => {
    if (!isAlive(parent)) end()
  }, 500).unref()
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
