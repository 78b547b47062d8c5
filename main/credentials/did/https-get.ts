/**
 * One GET over HTTPS for a stranger's document: no redirects, a limit of size and time, and the address that was looked at
 * is the one that is connected to, so that a name cannot answer twice and mean this network the second time.
 */
import { lookup as lookupName, type LookupAddress } from 'node:dns'
import { get as httpsGet } from 'node:https'
import type { LookupFunction } from 'node:net'
import { err, ok, type Result } from 'neverthrow'
import { isPublicAddress } from './private-addresses.ts'

/** `unreachable`: nobody answered, or too late. `refused`: what answered is not to be asked, or says no or too much. */
export type WebTrouble = 'unreachable' | 'refused'
export type WebGet = (url: URL) => Promise<Result<string, WebTrouble>>

export interface HttpsGetOptions {
  timeoutMs?: number
  mostBytes?: number
  /** for tests and closed networks: also addresses that are not public */
  privateAddresses?: boolean
  /** PEM of further authorities, for the same */
  ca?: string
}

export function createHttpsGet(options: HttpsGetOptions = {}): WebGet {
  const { timeoutMs = 10_000, mostBytes = 65_536, privateAddresses = false, ca } = options
  const isAllowed = (address: string) => privateAddresses || isPublicAddress(address)
  const lookup: LookupFunction = (name, given, answer) => {
    lookupName(name, { ...given, all: true }, (error, found: LookupAddress[]) => {
      const [first] = error ? [] : found
      if (error || !first) return answer(error ?? new Error('no address'), '', 0)
      if (!found.every(({ address }) => isAllowed(address))) return answer(new NotPublicError(), '', 0)
      if (given.all) return answer(null, found)
      answer(null, first.address, first.family)
    })
  }
  return (url) =>
    new Promise((resolve) => {
      if (url.protocol !== 'https:') return resolve(err('refused'))
      const signal = AbortSignal.timeout(timeoutMs)
      const fail = (error: unknown) =>
        resolve(err(error instanceof NotPublicError ? 'refused' : 'unreachable'))
      const headers = { accept: 'application/did+json, application/json' }
      const request = httpsGet(
        url,
        { lookup, signal, headers, agent: false, ...(ca && { ca }) },
        (response) => {
          if (response.statusCode !== 200) {
            response.destroy()
            return resolve(err((response.statusCode ?? 0) >= 500 ? 'unreachable' : 'refused'))
          }
          const pieces: Buffer[] = []
          let bytes = 0
          response.on('data', (piece: Buffer) => {
            bytes += piece.length
            pieces.push(piece)
            if (bytes <= mostBytes) return
            resolve(err('refused'))
            response.destroy()
          })
          response.on('end', () => resolve(ok(Buffer.concat(pieces).toString('utf8'))))
          response.on('error', fail)
        },
      )
      request.on('error', fail)
    })
}

class NotPublicError extends Error {
  override readonly name = 'NotPublicError'
}
