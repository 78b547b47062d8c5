/** The issuer as this kiosk knows it, and the ways in which it says no. */
import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'

export interface Remote {
  url: string
  kiosk: string
  user: string
  password: string
}

/** Connections that are kept between two requests; a new one costs a trip there and back, and with TLS three. */
export interface Agents {
  http: HttpAgent
  https: HttpsAgent
}

export const basic = ({ user, password }: Remote) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** The issuer answered with a status that is not what was asked for. */
export class Answered extends Error {
  readonly status: number
  constructor(what: string, status: number) {
    super(`${what}: ${status}`)
    this.name = 'Answered'
    this.status = status
  }
}

/** The issuer will not take this payload, and the others may still go. */
export class UploadRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the issuer would not take it: ${status}`)
    this.name = 'UploadRefused'
    this.status = status
  }
}

/**
 * @returns the status that an error is about, ours or PouchDB's; undefined where nobody answered. PouchDB gives its own
 *   500 to what is no answer at all.
 */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof Answered || error instanceof UploadRefused) return error.status
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined
  return typeof error.status === 'number' && error.status > 0 && !('code' in error) ? error.status : undefined
}
