/** A code that a kiosk made while it had no link, so that the phone can collect over its own network once it is decided. */
import { z } from 'zod'
import { zRequestId } from '../../z-facts.ts'
import { configurationIds, offeredByDefault } from './configurations.ts'

export const mostDays = 60
const dayMs = 86_400_000

export const zAdopted = z
  .object({
    request: zRequestId,
    /** `q.<request>.<24 random bytes, base64url>` */
    code: z.string().regex(/^q\.[0-9A-Z]{26}\.[A-Za-z0-9_-]{32}$/),
    txCode: z.string().regex(/^\d{6}$/),
    /** ms since 1970 */
    until: z.number(),
    /** RFC 7638 thumbprint (SHA-256, base64url) of the phone's key */
    boundTo: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    configurations: z
      .array(z.enum(configurationIds))
      .min(1)
      .default([...offeredByDefault]),
  })
  .refine(({ request, code }) => code.startsWith(`q.${request}.`))
export type AdoptedCode = z.input<typeof zAdopted>

/** @returns until when the code is taken: a kiosk's clock may be wrong, so never longer than 60 days from now */
export const endOf = (until: number, now: number): number => Math.min(until, now + mostDays * dayMs)

/** @returns by what the offer of a code is found; what is secret comes behind it */
export function offerIdOf(code: string): string {
  const [first = '', second = ''] = code.split('.')
  return first === 'q' ? adoptedId(second) : first
}

export const adoptedId = (request: string): string => `q.${request}`
