/** What makes this kiosk one of the issuer's: told once, for a code, and kept in the vault. */
import { z } from 'zod'
import { zP256PrivateJwk, zP256PublicJwk } from '../credentials/keys.ts'
import { zKioskId } from '../../sync/z-facts.ts'

/** The issuer's answer to `POST /commission`. */
export const zCommissionAnswer = z.object({
  kiosk: zKioskId,
  office: z.string().min(1).max(80),
  user: z.string().min(1).max(120),
  password: z.string().min(1).max(200),
  /** what goes with a bundle on a stick, so that another kiosk may carry it; an issuer before that gave none */
  certificate: z.string().max(4_096).optional(),
  trust: z.object({
    issuer: z.string().startsWith('did:').max(400),
    signing: zP256PublicJwk,
    sealing: zP256PublicJwk,
  }),
})

export const zCommission = zCommissionAnswer.extend({ issuerUrl: z.url(), signingKey: zP256PrivateJwk })
/** With the kiosk's own signing key. Never leaves the host. */
export type Commission = z.infer<typeof zCommission>
