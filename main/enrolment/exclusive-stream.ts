/**
 * The scanner's live picture. A scanner is busy while it streams, so a new stream and a capture both end the one that
 * runs, and wait until it has let go.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { FingerprintPort } from '../../hardware/ports.ts'
import type { Slap } from '../api/z-enrolment.ts'

export interface ExclusiveStream {
  /** JPEG frames in base64, until `signal` aborts or somebody else needs the scanner */
  open(slap: Slap, signal: AbortSignal): AsyncIterable<string>
  /** Resolves when no stream runs any more. */
  stop(): Promise<void>
}

const longestGoodbyeMs = 1_000

export function exclusiveStream(scanner: FingerprintPort): ExclusiveStream {
  let running: { end: AbortController; ended: Promise<unknown> } | undefined

  async function stop(): Promise<void> {
    if (!running) return
    const { end, ended } = running
    running = undefined
    end.abort()
    // A screen that no longer asks for frames must not keep the scanner from the next.
    await Promise.race([ended, delay(longestGoodbyeMs, undefined, { ref: false })])
  }

  async function* open(slap: Slap, signal: AbortSignal): AsyncGenerator<string> {
    await stop()
    if (signal.aborted) return
    const end = new AbortController()
    const over = Promise.withResolvers<undefined>()
    const mine = { end, ended: over.promise }
    running = mine
    try {
      const both = AbortSignal.any([signal, end.signal])
      for await (const frame of scanner.stream({ slap, signal: both })) {
        if (both.aborted) return
        yield Buffer.from(frame).toString('base64')
      }
    } finally {
      if (running === mine) running = undefined
      over.resolve(undefined)
    }
  }

  return { open, stop }
}
