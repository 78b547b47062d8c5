/**
 * The windows that opened the kiosk, by their cookie. A window that reloads or loses its socket for a moment keeps whoever
 * is signed in; one that stays away is signed out.
 */
import { createHash } from 'node:crypto'
import { ulid } from 'ulid'
import type { Session } from '../../api/session.ts'

export interface Sessions {
  /** @returns the value of a new session's cookie */
  open(): string
  find(cookieHeader: string | undefined): Session | undefined
  /** Counts a connection of the session. @returns what to call when it ends, or undefined if there are too many */
  connected(session: Session): (() => void) | undefined
  cookieName: string
}

export interface SessionLimits {
  random: (bytes: number) => Uint8Array
  /** Cookies do not know ports: two kiosks on one machine must not take each other's. */
  port: number
  /** how long a session without a window keeps its member of staff, in ms */
  signOutAfterMs?: number
  mostSessions?: number
  mostConnections?: number
}

interface Open {
  session: Session
  connections: number
  signOut: ReturnType<typeof setTimeout> | undefined
}

export function createSessions(limits: SessionLimits): Sessions {
  const { random, port, signOutAfterMs = 60_000, mostSessions = 32, mostConnections = 4 } = limits
  const byHash = new Map<string, Open>()
  const cookieName = `kiosk-${port}`
  const hash = (value: string) => createHash('sha256').update(value).digest('hex')

  return {
    cookieName,
    open() {
      const value = Buffer.from(random(32)).toString('base64url')
      if (byHash.size >= mostSessions) {
        const idle = [...byHash].find(([, { connections }]) => connections === 0) ?? [...byHash][0]
        if (idle) byHash.delete(idle[0])
      }
      byHash.set(hash(value), {
        session: { id: ulid(), staff: undefined },
        connections: 0,
        signOut: undefined,
      })
      return value
    },
    find(cookieHeader) {
      const value = readCookie(cookieHeader, cookieName)
      return value === undefined ? undefined : byHash.get(hash(value))?.session
    },
    connected(session) {
      const open = [...byHash.values()].find((entry) => entry.session === session)
      if (!open || open.connections >= mostConnections) return undefined
      open.connections += 1
      clearTimeout(open.signOut)
      let ended = false
      return () => {
        if (ended) return
        ended = true
        open.connections -= 1
        if (open.connections > 0) return
        open.signOut = setTimeout(() => (session.staff = undefined), signOutAfterMs)
        open.signOut.unref()
      }
    },
  }
}

/** @returns the value of the cookie `name`; of two with the same name neither, for one of them is not ours */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([key]) => key === name)
  return values.length === 1 ? values[0]?.slice(1).join('=') : undefined
}
