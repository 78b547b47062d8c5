/** Who asks and why, as the question says it itself; and whether what is asked for is what that needs. */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { failed, type PhoneFailure } from './phone-failure.ts'
import { purposeOf, tooMuchFor, type Purpose } from './purposes.ts'
import type { AskedRequest } from './request-code.ts'

/** Nothing of it is proven: a question by code is not signed. */
export interface Verifier {
  office: string | undefined
  purpose: Purpose | undefined
}

const ours = 'btkiosk-asker'
const zAsker = z.object({ office: z.string().max(80), purpose: z.string().min(1).max(40) })

/** @returns who and why; `request.too-much` {fields}, `code.broken` where it says so in a form that is not ours */
export function checkVerifier({ verifierInfo, fields }: AskedRequest): Result<Verifier, PhoneFailure> {
  const said = verifierInfo.find(({ format }) => format === ours)
  if (!said) return ok({ office: undefined, purpose: undefined })
  const asker = zAsker.safeParse(said.data)
  if (!asker.success) return failed('code.broken')
  const { office } = asker.data
  const purpose = purposeOf(asker.data.purpose)
  const tooMuch = purpose ? tooMuchFor(purpose, fields) : []
  if (tooMuch.length > 0) return failed('request.too-much', { fields: tooMuch.join(',') })
  return ok({ office: office === '' ? undefined : office, purpose })
}
