/** What of its commissioning a kiosk needs for sticks. */
import type { JWK } from 'jose'

export interface KioskAccess {
  kiosk: string
  office: string
  /** by which other kiosks know it; an issuer before that gave none */
  certificate?: string | undefined
  /** P-256 private JWK of this kiosk */
  signingKey: JWK
  /** P-256 public JWKs of the issuer */
  trust: { signing: JWK; sealing: JWK }
}
