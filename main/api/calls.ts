/**
 * Calls that can be stopped. tRPC passes a page's abort on to a subscription and not to a mutation, when its text travels
 * over a socket; so a call that may wait for a card or a finger has a number, and `calls.stop` names it. A page that
 * leaves stops whatever it was waiting for.
 */
import { z } from 'zod'

/** Chosen by the page, once for each call of a connection. */
export const zCall = z.number().int().nonnegative()

export interface Calls {
  /** @param call its number, of a call that can be stopped @returns the signal for the work, and what is called at its end */
  begin(call: number | undefined): { signal: AbortSignal; end(): void }
  /** Stops it; one that has ended is past stopping, and that is no error. */
  stop(call: number): void
}

/** @param left aborts when the page has gone @returns the calls of one connection */
export function createCalls(left: AbortSignal): Calls {
  const running = new Map<number, AbortController>()
  return {
    begin(call) {
      const mine = new AbortController()
      const leave = () => mine.abort()
      if (left.aborted) leave()
      left.addEventListener('abort', leave, { once: true })
      if (call !== undefined) running.set(call, mine)
      return {
        signal: mine.signal,
        end() {
          left.removeEventListener('abort', leave)
          if (call !== undefined && running.get(call) === mine) running.delete(call)
        },
      }
    },
    stop: (call) => running.get(call)?.abort(),
  }
}
