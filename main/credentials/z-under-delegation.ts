/** What a provisional credential says of the delegation that it was made under. */
import { z } from 'zod'

export const zUnderDelegation = z.strictObject({
  jwt: z.string().max(2_000),
  number: z.number().int().nonnegative(),
  office: z.string().max(80),
})
export type UnderDelegation = z.infer<typeof zUnderDelegation>
