/** Who asks and why, as the question says it itself; and whether what is asked for is what that needs. */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { failed, type PhoneFailure } from './phone-failure.ts'
import { purposeOf, tooMuchFor, type Purpose } from './purposes.ts'
import type { Registration } from './registration.ts'
import type { AskedRequest } from './request-code.ts'

export interface Verifier {
  office: string | undefined
  purpose: Purpose | undefined
  /** by the issuer's word on a kiosk that signed the question; a question by code is not signed, and proves nothing */
  isProven?: true
}

const ours = 'btkiosk-asker'
const zAsker = z.object({ office: z.string().max(80), purpose: z.string().min(1).max(40) })

/**
 * @param registration the issuer's word on who signed the question, where it is signed
 * @returns who and why; `request.too-much` {fields}, `code.broken` where it says so in a form that is not ours,
 *   `request.registration` where a registered kiosk asks for what it is not registered for
 */
export function checkVerifier(
  { verifierInfo, fields }: AskedRequest,
  registration?: Registration,
): Result<Verifier, PhoneFailure> {
  const said = verifierInfo.find(({ format }) => format === ours)
  if (!said && registration) return failed('request.registration')
  if (!said) return ok({ office: undefined, purpose: undefined })
  const asker = zAsker.safeParse(said.data)
  if (!asker.success) return failed('code.broken')
  const { office } = asker.data
  const purpose = purposeOf(asker.data.purpose)
  const tooMuch = purpose ? tooMuchFor(purpose, fields) : []
  if (tooMuch.length > 0) return failed('request.too-much', { fields: tooMuch.join(',') })
  if (registration) {
    const may = registration.purposes[asker.data.purpose]
    if (!may) return failed('request.registration')
    const beyond = fields.filter((field) => !may.includes(field))
    if (beyond.length > 0) return failed('request.too-much', { fields: beyond.join(',') })
    return ok({ office: registration.office, purpose, isProven: true })
  }
  return ok({ office: office === '' ? undefined : office, purpose })
}
