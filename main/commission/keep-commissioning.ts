/** Asks for the commissioning until the issuer has answered, since a kiosk is often set up before its link works. */
import { setTimeout as delay } from 'node:timers/promises'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Commissioning } from './commissioning.ts'

interface Parts {
  commissioning: Commissioning
  audit: AuditLog
  /** between two attempts */
  pauseMs: number
  onCommissioned: () => Promise<void>
  closing: AbortSignal
}

/** @returns a way to try at once, and a promise for the end of the loop */
export function keepCommissioning(parts: Parts): { attempt(): Promise<void>; ended: Promise<void> } {
  const { commissioning, audit, pauseMs, onCommissioned, closing } = parts
  let done = false
  let refused = false
  let running: Promise<void> | undefined
  const canAsk = () => commissioning.hasCode || commissioning.current() !== undefined

  async function once(): Promise<void> {
    const before = commissioning.current()
    const result = await commissioning.attempt()
    if (result.isOk()) {
      done = true
      if (!before) await audit.record('kiosk.commissioned')
      await onCommissioned()
    } else if (result.error.code === 'kiosk.not-commissioned') {
      if (!refused) await audit.record('kiosk.commission-refused')
      refused = true
    }
  }

  function attempt(): Promise<void> {
    if (done || !canAsk()) return Promise.resolve()
    running ??= once().finally(() => (running = undefined))
    return running
  }

  async function loop(): Promise<void> {
    while (canAsk() && !done && !refused && !closing.aborted) {
      await attempt()
      if (!done && !refused) await delay(pauseMs, undefined, { signal: closing }).catch(() => undefined)
    }
  }

  return { attempt, ended: loop() }
}
