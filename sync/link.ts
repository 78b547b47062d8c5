/** What the link to the issuer can do now, asked with a question that costs next to nothing. */
import { z } from 'zod'

export const zLinkState = z.enum(['unknown', 'up', 'slow', 'down', 'error', 'nonsense', 'unauthorised'])
export type LinkState = z.infer<typeof zLinkState>

const zHealth = z.object({ ok: z.literal(true), time: z.iso.datetime() })

export interface LinkOptions {
  url: string
  fetch: typeof fetch
  clock: { now(): number }
  /** an answer that takes longer means `slow`; a multiple of it without an answer means `down` */
  slowMs?: number
  deadlineMs?: number
}

export interface Probed {
  link: LinkState
  /** whether the issuer itself answered, so that there is somebody to talk to */
  answered: boolean
}

/**
 * @returns what one question to the issuer's `/health` tells of the link: `down` (nobody), `slow` (late, or not within the
 *   deadline), `error` (500 and the like), `nonsense` (somebody else: a captive portal, a proxy), `unauthorised`; never rejects
 */
export async function probeLink({
  url,
  fetch,
  clock,
  slowMs = 3_000,
  deadlineMs = 10_000,
}: LinkOptions): Promise<Probed> {
  const asked = clock.now()
  const not = (link: LinkState): Probed => ({ link, answered: false })
  let response
  let said: unknown
  try {
    response = await fetch(new URL('/health', url), {
      signal: AbortSignal.timeout(deadlineMs),
      redirect: 'manual',
      headers: { accept: 'application/json' },
    })
    if (response.ok) said = await jsonOf(response)
    else await response.body?.cancel()
  } catch (error) {
    return not(error instanceof Error && error.name === 'TimeoutError' ? 'slow' : 'down')
  }
  if (response.status === 401 || response.status === 403) return not('unauthorised')
  if (response.status >= 500 || response.status === 429) return not('error')
  if (!zHealth.safeParse(said).success) return not('nonsense')
  return { link: clock.now() - asked > slowMs ? 'slow' : 'up', answered: true }
}

const longestAnswer = 4_096

/** @throws whatever cut the answer short; what is no JSON or too long is undefined */
async function jsonOf(response: Response): Promise<unknown> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.length > longestAnswer) return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Waits between attempts that failed: doubling from `firstMs`, at most 60 s, with jitter so that 300 kiosks do not march in step. */
export function backOffMs(failures: number, random: () => number, firstMs = 1_000): number {
  const full = Math.min(60_000, firstMs * 2 ** Math.min(failures, 16))
  return Math.round(full * (0.5 + random() / 2))
}

/**
 * @returns ms until the issuer is asked again. Away: every couple of seconds, whatever happened before, so that it is
 *   noticed within five seconds of its return. There: soon while something is open and
 *   moves, then less and less often; with growing waits while it fails.
 */
export function pauseMs(
  now: { link: LinkState; failures: number; owed: boolean; idle: number },
  { probeUpMs, probeDownMs, random }: { probeUpMs: number; probeDownMs: number; random: () => number },
): number {
  if (now.link !== 'up' && now.link !== 'slow') return Math.round(probeDownMs * (0.75 + random() / 2))
  if (now.failures > 0) return backOffMs(now.failures, random)
  return now.owed ? Math.min(probeUpMs, Math.min(500, probeDownMs) * 2 ** Math.min(now.idle, 16)) : probeUpMs
}
