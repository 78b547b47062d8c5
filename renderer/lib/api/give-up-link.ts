/**
 * tRPC keeps a call that is made without a connection until there is one. A person who pressed a button must not find
 * it done a minute later, so a question or an order that could not be sent is taken back when the host is unreachable.
 * Subscriptions wait: they carry no intention.
 */
import type { TRPCLink } from '@trpc/client'
import { TRPCClientError } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { AppRouter } from '../../../main/api/router.ts'
import type { ConnectionState, Readable } from './connection.ts'

/** The cause of a call's error when the host cannot be reached. */
export class HostUnreachable extends Error {}

/** @param connection of the page @returns a link that fails calls with `HostUnreachable` while there is none */
export function giveUpLink(connection: Readable<ConnectionState>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) => {
      if (op.type === 'subscription') return next(op)
      return observable((observer) => {
        const sent = next(op).subscribe(observer)
        const unwatch = connection.subscribe((state) => {
          if (state !== 'unreachable') return
          // This first: unsubscribing would end the call as if the page had taken it back.
          observer.error(TRPCClientError.from(new HostUnreachable('The host cannot be reached')))
        })
        return () => {
          unwatch()
          sent.unsubscribe()
        }
      })
    }
}
