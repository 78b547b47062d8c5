/** An issuer's offer (OpenID4VCI 1.0 §4.1): itself in the code, or where it lies. */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { failed, type PhoneFailure } from './phone-failure.ts'

const longest = 4_000
const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

const zUrl = z.url({ protocol: /^https?$/ }).max(500)
export const zOffer = z.object({
  credential_issuer: zUrl,
  credential_configuration_ids: z.array(z.string().min(1).max(200)).min(1).max(20),
  grants: z.object({
    [grant]: z.object({
      'pre-authorized_code': z.string().min(1).max(500),
      tx_code: z
        .object({
          input_mode: z.enum(['numeric', 'text']).default('numeric'),
          length: z.number().int().min(1).max(20).default(6),
        })
        .optional(),
    }),
  }),
})

export interface Offer {
  issuer: string
  configurations: string[]
  code: string
  /** how many digits the kiosk shows beside the code; 0 where there is no such number */
  digits: number
}

export type OfferCode = { by: 'value'; offer: Offer } | { by: 'reference'; uri: string }

export const isOffer = (text: string): boolean => /^openid-credential-offer:/i.test(text)

/** @returns the offer or where it lies; `code.broken` */
export function readOfferCode(text: string): Result<OfferCode, PhoneFailure> {
  if (text.length > longest) return failed('code.broken')
  const said = new URLSearchParams(text.slice(text.indexOf('?') + 1))
  const [value, uri] = [said.get('credential_offer'), zUrl.safeParse(said.get('credential_offer_uri')).data]
  if (value === null) return uri === undefined ? failed('code.broken') : ok({ by: 'reference', uri })
  try {
    return readOffer(JSON.parse(value)).map((offer) => ({ by: 'value', offer }))
  } catch {
    return failed('code.broken')
  }
}

export function readOffer(said: unknown): Result<Offer, PhoneFailure> {
  const parsed = zOffer.safeParse(said)
  if (!parsed.success) return failed('code.broken')
  const { credential_issuer: issuer, credential_configuration_ids: configurations, grants } = parsed.data
  const { 'pre-authorized_code': code, tx_code } = grants[grant]
  return ok({ issuer, configurations, code, digits: tx_code?.length ?? 0 })
}
