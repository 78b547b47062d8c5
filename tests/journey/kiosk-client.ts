/** Speaks to a running kiosk as its screens do: the one-time address, the session cookie, tRPC over the WebSocket. */
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { WebSocket as NodeWebSocket } from 'ws'
import type { Answer } from '../../main/api/answer.ts'
import type { AppRouter } from '../../main/api/router.ts'
import { stopLink } from '../../renderer/lib/api/stop-link.ts'

/** Opens the one-time address. @returns the cookie of the session that it gave */
async function openSession(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  if (!cookie) throw new Error(`The kiosk gave no session (status ${response.status})`)
  return cookie
}

/** @param url the one-time address of the kiosk's ready line */
export async function connectToKiosk(url: string) {
  const cookie = await openSession(url)
  const { origin, host } = new URL(url)
  class WithCookie extends NodeWebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { cookie, origin } })
    }
  }
  const socket = createWSClient({
    url: `ws://${host}/api`,
    // tRPC wants the browser's class; the one of `ws` has the same face and can carry a cookie.
    WebSocket: WithCookie as unknown as typeof WebSocket,
  })
  return {
    kiosk: createTRPCClient<AppRouter>({ links: [stopLink(), wsLink({ client: socket })] }),
    close: () => socket.close(),
  }
}

export type KioskClient = Awaited<ReturnType<typeof connectToKiosk>>['kiosk']

/** @returns the value of an answer @throws Error - with its code, where the kiosk refused */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value
  throw new Error(`The kiosk refused: ${answer.code} ${JSON.stringify(answer.detail ?? {})}`)
}
