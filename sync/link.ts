/** What the link to the issuer can do now, asked with a question that costs next to nothing. */
import { z } from 'zod'

export const zLinkState = z.enum([
  'unknown',
  'up',
  /** late, or not within the deadline */
  'slow',
  /** no cable, no network joined */
  'no-interface',
  /** the issuer's name cannot be looked up */
  'dns',
  /** nobody answers, or the line is cut */
  'down',
  /** the machine is there and nobody listens */
  'refused',
  /** whoever answers cannot show that it is the issuer */
  'tls',
  /** the issuer's certificate is not valid at this kiosk's date */
  'clock',
  /** a page to sign in at stands in between */
  'portal',
  /** somebody answers, and not as the issuer does */
  'nonsense',
  'unauthorised',
  /** 500 and the like */
  'error',
])
export type LinkState = z.infer<typeof zLinkState>

const zHealth = z.object({ ok: z.literal(true), time: z.iso.datetime() })

export interface LinkOptions {
  url: string
  fetch: typeof fetch
  clock: { now(): number }
  /** whether this machine has a network address besides its own loopback */
  hasInterface?: () => boolean
  /** an answer that takes longer means `slow`; a multiple of it without an answer means it too */
  slowMs?: number
  deadlineMs?: number
}

export interface Probed {
  link: LinkState
  /** whether the issuer itself answered, so that there is somebody to talk to */
  answered: boolean
  /** the issuer's clock, in ms since 1970 */
  time?: number
}

/** @returns what one question to the issuer's `/health` tells of the link; never rejects */
export async function probeLink({
  url,
  fetch,
  clock,
  hasInterface = () => true,
  slowMs = 3_000,
  deadlineMs = 10_000,
}: LinkOptions): Promise<Probed> {
  const asked = clock.now()
  const not = (link: LinkState): Probed => ({ link, answered: false })
  let response
  let text: string | undefined
  try {
    response = await fetch(new URL('/health', url), {
      signal: AbortSignal.timeout(deadlineMs),
      redirect: 'manual',
      headers: { accept: 'application/json' },
    })
    text = await textOf(response)
  } catch (error) {
    return not(linkOfError(error, hasInterface))
  }
  const { status } = response
  if (status === 401 || status === 403) return not('unauthorised')
  if (status === 511 || (status >= 300 && status < 400)) return not('portal')
  if (status >= 500 || status === 429) return not('error')
  const said = zHealth.safeParse(response.ok ? jsonOf(text) : undefined)
  if (!said.success) return not(isPage(response, text) ? 'portal' : 'nonsense')
  const link = clock.now() - asked > slowMs ? 'slow' : 'up'
  return { link, answered: true, time: Date.parse(said.data.time) }
}

const isPage = (response: Response, text: string | undefined) =>
  response.ok &&
  (/^text\/html\b/i.test(response.headers.get('content-type') ?? '') ||
    /^\s*<(!doctype|html)/i.test(text ?? ''))

const withoutNetwork = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])
const dateOfCertificate = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'])
const certificate =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/

/**
 * @param error what `fetch` or a socket threw, with its cause
 * @returns which of the link's states it stands for: `slow`, `dns`, `refused`, `tls`, `clock`, `no-interface` or `down`
 */
export function linkOfError(error: unknown, hasInterface: () => boolean): LinkState {
  const codes = codesOf(error)
  const has = (test: (code: string) => boolean) => codes.some(test)
  if (has((code) => dateOfCertificate.has(code))) return 'clock'
  if (has((code) => certificate.test(code))) return 'tls'
  if (has((code) => code === 'ECONNREFUSED')) return 'refused'
  if (has((code) => withoutNetwork.has(code)) && !hasInterface()) return 'no-interface'
  if (has((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL'))
    return hasInterface() ? 'dns' : 'no-interface'
  if (has((code) => code === 'TimeoutError')) return 'slow'
  return hasInterface() ? 'down' : 'no-interface'
}

/** Names and codes of an error, of its causes, and of the errors that it gathers. */
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code, error.name] : [error.name]
  const gathered = error instanceof AggregateError ? error.errors : []
  return [...own, ...[error.cause, ...gathered].flatMap((one) => codesOf(one, depth + 1))]
}

const longestAnswer = 4_096

/** @throws whatever cut the answer short; one that is too long is undefined */
async function textOf(response: Response): Promise<string | undefined> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.length > longestAnswer) return undefined
  }
  return text
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** Waits between attempts that failed: doubling from `firstMs`, at most 60 s, with jitter so that 300 kiosks do not march in step. */
export function backOffMs(failures: number, random: () => number, firstMs = 1_000): number {
  const full = Math.min(60_000, firstMs * 2 ** Math.min(failures, 16))
  return Math.round(full * (0.5 + random() / 2))
}

/** @returns ms until the issuer is asked again while it is away: every couple of seconds, so that its return is noticed within five */
export function askAgainMs(probeDownMs: number, random: () => number): number {
  return Math.round(probeDownMs * (0.75 + random() / 2))
}
