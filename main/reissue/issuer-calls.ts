/** Calls to the issuer while a citizen waits. Each has a deadline, and each way to go wrong has its code. */
import { err, ok, type Result } from 'neverthrow'
import type { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { Commission } from '../commission/z-commission.ts'

export interface IssuerCalls {
  /**
   * `kiosk.not-commissioned`, `link.down`, `link.slow`, `issuer.error`, `issuer.nonsense`, `issuer.unauthorised`,
   * `request.unknown` (404); `device.cancelled` when `signal` aborted
   */
  call<T>(path: string, options: CallOptions<T>): Promise<Result<T, Failure>>
}

interface CallOptions<T> {
  schema: z.ZodType<T>
  /** with it, a POST */
  body?: unknown
  signal?: AbortSignal | undefined
}

interface Parts {
  commission: () => Commission | undefined
  fetch: typeof fetch
  timeoutMs: number
}

/** More than any answer of the issuer; a link that sends without end must not fill the memory. */
const longestAnswer = 200_000

export function createIssuerCalls({ commission, fetch, timeoutMs }: Parts): IssuerCalls {
  return {
    async call(path, { schema, body, signal }) {
      const known = commission()
      if (!known) return err({ code: 'kiosk.not-commissioned' })
      const deadline = AbortSignal.timeout(timeoutMs)
      const credentials = Buffer.from(`${known.user}:${known.password}`).toString('base64')
      try {
        const response = await fetch(new URL(path, known.issuerUrl), {
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            authorization: `Basic ${credentials}`,
            accept: 'application/json',
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          // Followed nowhere: the issuer never sends one, captive portals do.
          redirect: 'manual',
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        })
        const code = codeOfStatus(response.status)
        if (code) {
          await response.body?.cancel()
          return err({ code })
        }
        return parse(await readText(response), schema)
      } catch {
        if (signal?.aborted) return err({ code: 'device.cancelled' })
        return err({ code: deadline.aborted ? 'link.slow' : 'link.down' })
      }
    },
  }
}

function codeOfStatus(status: number): Failure['code'] | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return 'issuer.unauthorised'
  if (status === 404) return 'request.unknown'
  return status >= 500 || status === 429 ? 'issuer.error' : 'issuer.nonsense'
}

async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > longestAnswer) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse<T>(text: string | undefined, schema: z.ZodType<T>): Result<T, Failure> {
  const nonsense = err<T, Failure>({ code: 'issuer.nonsense' })
  if (text === undefined) return nonsense
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? ok(parsed.data) : nonsense
  } catch {
    return nonsense
  }
}
