/** What the link to the issuer can do now, asked with a question that costs next to nothing. */
import { z } from 'zod'

export const zLinkState = z.enum(['unknown', 'up', 'slow', 'down', 'error', 'unauthorised'])
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

/** @returns what one question to the issuer's `/health` tells of the link; never rejects */
export async function probeLink({
  url,
  fetch,
  clock,
  slowMs = 3_000,
  deadlineMs = 10_000,
}: LinkOptions): Promise<LinkState> {
  const asked = clock.now()
  let response
  try {
    response = await fetch(new URL('/health', url), {
      signal: AbortSignal.timeout(deadlineMs),
      redirect: 'manual',
      headers: { accept: 'application/json' },
    })
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'slow' : 'down'
  }
  if (response.status === 401 || response.status === 403) return 'unauthorised'
  // Whoever answers something else is not the issuer: a captive portal, a proxy's error page.
  const health = zHealth.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined)
  if (!health.success) return 'error'
  return clock.now() - asked > slowMs ? 'slow' : 'up'
}

/** Waits between attempts that failed: doubling from `firstMs`, at most 60 s, with jitter so that 300 kiosks do not march in step. */
export function backOffMs(failures: number, random: () => number, firstMs = 1_000): number {
  const full = Math.min(60_000, firstMs * 2 ** Math.min(failures, 16))
  return Math.round(full * (0.5 + random() / 2))
}
