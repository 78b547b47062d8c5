/** did:web: a document on the web server of that name. HTTPS only, no redirects, no addresses of this network. */
import { isIP } from 'node:net'
import { err, ok, type Result } from 'neverthrow'
import type { WebGet } from './https-get.ts'
import { readDocument } from './read-document.ts'
import type { DidTrouble } from './resolver.ts'
import { longestDid, type CheckedDocument } from './z-did-document.ts'

interface Parts {
  get: WebGet
  clock: { now(): number }
}

/** `did-malformed`, `unreachable`, `refused`, `unfit` */
export async function resolveDidWeb(
  did: string,
  { get, clock }: Parts,
): Promise<Result<CheckedDocument, DidTrouble>> {
  const url = urlOfDidWeb(did)
  if (!url) return err('did-malformed')
  const answer = await get(url)
  if (answer.isErr()) return err(answer.error)
  const document = readDocument(parsed(answer.value), did)
  if (!document) return err('unfit')
  return ok({ document, checked: { by: 'web', at: new Date(clock.now()).toISOString() } })
}

/**
 * The did:web method, "Read": `did:web:example.bt` is at `https://example.bt/.well-known/did.json`,
 * `did:web:example.bt%3A8443:issuers:one` at `https://example.bt:8443/issuers/one/did.json`.
 * @returns undefined if it is not one, or names a machine by its number
 */
export function urlOfDidWeb(did: string): URL | undefined {
  if (did.length > longestDid || !/^did:web:[A-Za-z0-9._:%-]+$/.test(did)) return undefined
  const [host, ...path] = did.slice('did:web:'.length).split(':')
  if (host === undefined || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(%3A[1-9][0-9]{0,4})?$/i.test(host))
    return undefined
  const segments = path.map(decoded)
  // What an address could be climbed with: empty parts, dots, slashes behind a percent sign.
  if (!segments.every((part) => part !== undefined && /^[A-Za-z0-9._~-]+$/.test(part) && !/^\.+$/.test(part)))
    return undefined
  const text = `https://${host.replace(/%3a/i, ':')}/${segments.length === 0 ? '.well-known' : segments.join('/')}/did.json`
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && isIP(url.hostname) === 0 ? url : undefined
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
