/** How often a driver that crashes is started again before the kiosk says that something is wrong with it. */

export interface RestartPolicy {
  delayMs: number
  /** restarts allowed within `windowMs` */
  most: number
  windowMs: number
}

export const restartPolicy: RestartPolicy = { delayMs: 3_000, most: 3, windowMs: 5 * 60_000 }

/**
 * @param past when it was restarted before, ms since the epoch
 * @param now ms since the epoch
 * @returns how long to wait until the next start, and whether it counts as stopped until then. A kiosk stands alone for
 *   weeks, so "stopped" is not for ever: it is tried again when the oldest restart is older than the window.
 */
export function nextRestart(past: readonly number[], now: number, policy: RestartPolicy = restartPolicy) {
  const recent = past.filter((at) => now - at < policy.windowMs && at <= now)
  const oldest = recent.at(-policy.most)
  if (oldest === undefined) return { inMs: policy.delayMs, stopped: false }
  return { inMs: Math.max(policy.delayMs, oldest + policy.windowMs - now), stopped: true }
}
