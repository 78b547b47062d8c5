/**
 * A phone cannot reach 127.0.0.1 of the machine where the demonstration runs. Whoever serves this page passes calls to the
 * issuer on, under the page's own origin, and names the issuer that it does so for.
 */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { failed, type PhoneFailure } from './phone-failure.ts'

export interface IssuerReply {
  status: number
  body: unknown
}

export type ReachIssuer = (
  url: string,
  init?: { method: 'POST'; headers?: Record<string, string>; body?: string },
) => Promise<Result<IssuerReply, PhoneFailure>>

const patienceMs = 15_000
const longestAnswer = 200_000
const zConfig = z.object({ issuer: z.url() })

/** @param base address of the page's folder @returns `offer.elsewhere`, `offer.unreachable` where no answer came */
export function reachThroughPage(base: string, fetching: typeof fetch): ReachIssuer {
  let issuer: string | undefined
  return async (url, init) => {
    try {
      issuer ??= zConfig.parse(await (await fetching(new URL('phone.json', base))).json()).issuer
      const [target, own] = [new URL(url), new URL(issuer)]
      if (target.origin !== own.origin) return failed('offer.elsewhere')
      const response = await fetching(new URL(`issuer${target.pathname}`, base), {
        ...init,
        redirect: 'error',
        credentials: 'omit',
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await response.text()
      if (response.status >= 500 || text.length > longestAnswer) return failed('offer.unreachable')
      // What is signed or sealed comes as it is.
      const isJson = /json\b/.test(response.headers.get('content-type') ?? 'application/json')
      return ok({ status: response.status, body: text === '' ? undefined : isJson ? JSON.parse(text) : text })
    } catch {
      return failed('offer.unreachable')
    }
  }
}
