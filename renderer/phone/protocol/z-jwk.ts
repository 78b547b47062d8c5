/** Public keys on P-256, the curve of every key here. */
import { z } from 'zod'

const zCoordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
export const zPublicJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: zCoordinate,
  y: zCoordinate,
})
export type PublicJwk = z.infer<typeof zPublicJwk>
