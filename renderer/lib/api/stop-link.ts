/**
 * tRPC lets go of a call whose signal aborts, and does not tell the host, which would go on waiting for a card. Here the
 * host is told, and the call ends with the host's own word: `device.cancelled`, or what was done a moment before.
 *
 *     const stop = new AbortController()
 *     const answer = await ask(api.enrolment.readCard.mutate({ id }, { signal: stop.signal }))
 */
import type { TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { AppRouter } from '../../../main/api/router.ts'

/** @returns a link that makes the `signal` of a mutation stop its work in the host */
export function stopLink(): TRPCLink<AppRouter> {
  return () => {
    let last = 0
    return ({ op, next }) => {
      const { signal } = op
      if (op.type !== 'mutation' || !signal) return next(op)
      const call = ++last
      const given = typeof op.input === 'object' ? op.input : {}
      return observable((observer) => {
        const sent = next({ ...op, input: { ...given, call }, signal: null }).subscribe(observer)
        const stop = () => {
          // Nobody waits for the answer: the call that is stopped has one of its own.
          next({ ...op, path: 'calls.stop', input: { call }, signal: null }).subscribe({})
        }
        if (signal.aborted) stop()
        else signal.addEventListener('abort', stop, { once: true })
        return () => {
          signal.removeEventListener('abort', stop)
          sent.unsubscribe()
        }
      })
    }
  }
}
