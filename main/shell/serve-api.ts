/** The host's end of the one protocol that both shells speak; what carries the text does not matter to it. */
import type { IncomingMessage } from 'node:http'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { createCalls } from '../api/calls.ts'
import { appRouter } from '../api/router.ts'
import type { Services } from '../api/services.ts'
import type { Session } from '../api/session.ts'
import type { Log } from '../log.ts'

/** Takes over a connection for the session that it belongs to. */
export type AcceptConnection = (socket: WebSocket, request: IncomingMessage, session: Session) => void

/** @returns what a shell calls for each new connection */
export function serveApi(services: Services, log: Log): AcceptConnection {
  const sessions = new WeakMap<WebSocket, Session>()
  // The handler asks for a server only to broadcast on it, which we never do.
  const wss = new WebSocketServer({ noServer: true })
  const accept = getWSConnectionHandler({
    wss,
    router: appRouter,
    maxBatchSize: 20,
    keepAlive: { enabled: true, pingMs: 15_000, pongWaitMs: 10_000 },
    createContext({ res, info }) {
      const session = sessions.get(res)
      if (!session) throw new Error('A connection without a session')
      return { session, services, calls: createCalls(info.signal) }
    },
    onError({ error, path }) {
      // The text of a bug stays on this machine, and even here only its stack: an input may hold personal data.
      const bug = error.code === 'INTERNAL_SERVER_ERROR'
      log('api.refused', { path: path ?? '', code: error.code, ...(bug && { stack: stackOf(error.cause) }) })
    },
  })
  return (socket, request, session) => {
    sessions.set(socket, session)
    accept(socket, request)
  }
}

/** Where it happened, without the message. */
function stackOf(error: Error | undefined): string {
  return (error?.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join('\n')
}
