/** Calls to CREDEBL's API gateway: signed in as the organisation, each with a deadline, each way to go wrong with its code. */
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Credentials } from '../credentials.ts'
import type { PlatformFailure } from '../offer-desk.ts'
import type { CredeblChoice } from './z-platform-choice.ts'
import { zEnvelope, zToken } from './z-gateway.ts'

interface Call<T> {
  method: 'GET' | 'POST' | 'DELETE'
  /** behind `/v1` */
  path: string
  body?: object
  /** of `data` in the answer */
  schema: z.ZodType<T>
}

export interface Gateway {
  /** `platform.away`, `.busy`, `.unauthorised`, `.unknown` (404), `.refused`, `.nonsense` */
  call<T>(call: Call<T>): Promise<Result<T, PlatformFailure>>
}

interface Parts {
  choice: Pick<CredeblChoice, 'url' | 'timeoutMs'>
  /** read anew at each sign-in, so that a new secret needs no restart */
  credentials: () => Credentials
  fetch: typeof fetch
  clock: { now(): number }
}

/** An answer with the credentials in it is some ten thousand bytes. */
const longestAnswer = 1_000_000
/** Before its end a token is not used any more. */
const earlyMs = 30_000
const mostQuietMs = 60_000

export function createGateway({ choice, credentials, fetch, clock }: Parts): Gateway {
  let held: { token: string; until: number } | undefined
  let signingIn: Promise<Result<string, PlatformFailure>> | undefined

  /** it has asked to be left alone until then, ms */
  let quietUntil = 0

  async function ask<T>(call: Call<T>, token?: string): Promise<Result<T, PlatformFailure>> {
    const { method, path, body, schema } = call
    if (clock.now() < quietUntil) return err({ code: 'platform.busy', afterMs: quietUntil - clock.now() })
    try {
      const response = await fetch(`${choice.url.replace(/\/$/, '')}/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(choice.timeoutMs),
      })
      const failure = failureOf(response)
      if (failure) {
        await response.body?.cancel()
        if (failure.code === 'platform.busy')
          quietUntil = clock.now() + Math.min(failure.afterMs ?? 0, mostQuietMs)
        return err(failure)
      }
      return parsed(response.status === 204 ? '{"statusCode":204}' : await textOf(response), schema)
    } catch {
      return err({ code: 'platform.away' })
    }
  }

  async function signIn(): Promise<Result<string, PlatformFailure>> {
    const { user, password } = credentials()
    const path = `/orgs/${encodeURIComponent(user)}/token`
    const answer = await ask({ method: 'POST', path, body: { clientSecret: password }, schema: zToken })
    return answer.map(({ access_token, expires_in }) => {
      held = { token: access_token, until: clock.now() + expires_in * 1000 - earlyMs }
      return access_token
    })
  }

  async function token(): Promise<Result<string, PlatformFailure>> {
    if (held && held.until > clock.now()) return ok(held.token)
    // Of many who ask at once one signs in.
    signingIn ??= signIn().finally(() => (signingIn = undefined))
    return signingIn
  }

  return {
    async call(call) {
      const first = await token()
      if (first.isErr()) return err(first.error)
      const answer = await ask(call, first.value)
      if (answer.isOk() || answer.error.code !== 'platform.unauthorised') return answer
      // The session was ended over there: once more, and not for ever.
      if (held?.token === first.value) held = undefined
      const second = await token()
      return second.isErr() ? err(second.error) : ask(call, second.value)
    },
  }
}

function failureOf({ status, headers }: Response): PlatformFailure | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return { code: 'platform.unauthorised' }
  if (status === 404) return { code: 'platform.unknown' }
  if (status !== 429 && status < 500) return { code: 'platform.refused', status }
  const after = Number(headers.get('retry-after') ?? Number.NaN)
  return { code: 'platform.busy', ...(Number.isFinite(after) && after >= 0 && { afterMs: after * 1000 }) }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Left where it is: what is this long is read by nobody.
    if (size > longestAnswer) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed<T>(text: string, schema: z.ZodType<T>): Result<T, PlatformFailure> {
  try {
    const envelope = zEnvelope(z.unknown().optional()).safeParse(JSON.parse(text))
    const data = envelope.success ? schema.safeParse(envelope.data.data) : undefined
    return data?.success ? ok(data.data) : err({ code: 'platform.nonsense' })
  } catch {
    return err({ code: 'platform.nonsense' })
  }
}
