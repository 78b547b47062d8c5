/**
 * The one way from a screen to the host, the same in both shells: tRPC's own protocol over a WebSocket on this machine,
 * or over the preload's bridge under Electron.
 *
 *     const { api, connection } = createClient()
 *     const answer = await ask(api.enrolment.open.mutate())
 *     const watch = api.status.watch.subscribe(undefined, { onData: (status) => … })
 */
import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client'
import type { KioskBridge } from '../../../main/api/bridge.ts'
import type { AppRouter } from '../../../main/api/router.ts'
import { bridgeSocket } from './bridge-socket.ts'
import { createConnection, type ConnectionState, type Readable } from './connection.ts'
import { giveUpLink } from './give-up-link.ts'
import { stopLink } from './stop-link.ts'
import { allowOwnWorkers } from '../trusted-types.ts'

export interface KioskClient {
  api: TRPCClient<AppRouter>
  /** `$connection` in a component; `unreachable` is the code `kiosk.unreachable` */
  connection: Readable<ConnectionState>
  close(): Promise<void>
}

export interface ClientOptions {
  /** how long the host may be away before calls fail with `kiosk.unreachable`, in ms */
  patienceMs?: number
  /** where another window is meant, in tests */
  from?: Page
  WebSocket?: typeof WebSocket
}

/** What of the window's globals decides how the host is reached. */
export interface Page {
  location: { protocol: string; host: string; href: string }
  /** the preload's bridge, only under Electron */
  kiosk?: KioskBridge | undefined
}

/** @returns the client of this page. Make one and keep it: each has its own connection. */
export function createClient(options: ClientOptions = {}): KioskClient {
  // Not `window`, whose type the tests that run without a page do not have.
  const page = options.from ?? (globalThis as unknown as Page)
  const { location, kiosk } = page
  // Whatever talks to the host runs under the content security policy that the host gave it.
  allowOwnWorkers(page, location.href)
  const connection = createConnection(options.patienceMs ?? 3_000)
  const Socket = kiosk ? bridgeSocket(kiosk) : options.WebSocket
  const ws = createWSClient({
    url: kiosk ? 'kiosk:api' : `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api`,
    ...(Socket && { WebSocket: Socket }),
    // The host is on this machine: it answers at once or it is gone, and it is back within seconds.
    retryDelayMs: (attempt) => (attempt === 0 ? 0 : Math.min(250 * 2 ** (attempt - 1), 2_000)),
    keepAlive: { enabled: true, intervalMs: 5_000, pongTimeoutMs: 5_000 },
  })
  const watching = ws.connectionState.subscribe({
    next: ({ state }) => connection.report(state === 'pending'),
  })
  const api = createTRPCClient<AppRouter>({
    links: [giveUpLink(connection), stopLink(), wsLink({ client: ws })],
  })

  return {
    api,
    connection,
    async close() {
      watching.unsubscribe()
      connection.stop()
      await ws.close()
    },
  }
}
