/**
 * Every failure that a person can meet, by its code. Each has a citizen text and a technician text in the
 * message files (`renderer/lib/i18n`), and the hint here whether trying again can help.
 */
import { z } from 'zod'
import { zDeviceFault } from '../../hardware/z-device.ts'

export const zRetry = z.enum(['now', 'later', 'no'])
export type Retry = z.infer<typeof zRetry>

const ownCodes = [
  'sign-in.wrong-pin',
  'sign-in.locked',
  'sign-in.required',
  'role.forbidden',
  'draft.gone',
  'draft.incomplete',
  'consent.missing',
  'portrait.unusable',
  'portrait.too-dark',
  'portrait.too-bright',
  'portrait.no-face',
  'portrait.several-faces',
  'portrait.too-far',
  'portrait.too-close',
  'portrait.off-centre',
  'portrait.not-straight',
  'portrait.uneven-light',
  'portrait.blurred',
  'finger.tries-used',
  'save.disk-full',
  'save.failed',
  'stick.none',
  'stick.gone',
  'stick.full',
  'stick.read-only',
  'stick.failed',
  'stick.not-as-written',
  'stick.stopped',
  'carry.no-room',
  'limit.contact',
  'limit.waiting',
  'limit.disk',
  'limit.approvals',
  'link.down',
  'link.slow',
  'issuer.error',
  'issuer.nonsense',
  'issuer.unauthorised',
  'request.unknown',
  'request.not-ready',
  'request.rejected',
  'request.collected',
  'qr.not-ours',
  'qr.too-long',
  'qr.link',
  'pairing.unreadable',
  'pairing.wrong-nonce',
  'pairing.bad-proof',
  'handover.not-ready',
  'handover.other-phone',
  'handover.receipt-unreadable',
  'handover.receipt-wrong',
  'provisional.not-allowed',
  'presentation.unreadable',
  'presentation.bad-signature',
  'presentation.wrong-nonce',
  'presentation.issuer-unknown',
  'presentation.holder-mismatch',
  'presentation.claim-missing',
  'presentation.too-much',
  'presentation.expired',
  'presentation.revoked',
  'presentation.status-old',
  'verification.tries-used',
  'verification.required',
  'verification.refused',
  'kiosk.not-commissioned',
  'kiosk.bad-request',
  'kiosk.bug',
] as const

/** Failures that arise in the page itself, which no host is left to tell. */
export const pageCodes = ['kiosk.unreachable'] as const

export const zFailureCode = z.enum([...zDeviceFault.options, ...ownCodes, ...pageCodes])
export type FailureCode = z.infer<typeof zFailureCode>

const later = new Set<FailureCode>([
  'carry.no-room',
  'sign-in.locked',
  'link.down',
  'link.slow',
  'limit.contact',
  'limit.waiting',
  'limit.disk',
  'limit.approvals',
  'issuer.error',
  'issuer.nonsense',
  'request.not-ready',
  'handover.not-ready',
  'kiosk.unreachable',
  'finger.too-hot',
  'finger.vendor-offline',
  'verification.tries-used',
])
const no = new Set<FailureCode>([
  'role.forbidden',
  'request.rejected',
  'request.collected',
  'card.bad-signature',
  'travel-document.not-one',
  'travel-document.blocked',
  'travel-document.bad-signature',
  'travel-document.issuer-unknown',
  'travel-document.signer-expired',
  'travel-document.cloned',
  'travel-document.unsupported',
  'finger.tamper',
  'finger.untrusted',
  'finger.key-expired',
  'finger.key-missing',
  'finger.environment',
  'finger.version',
  'finger.certificate-expired',
  'finger.revoked',
  'finger.count-refused',
  'finger.not-registered',
  'finger.tries-used',
  'finger.service-missing',
  'finger.unsuitable',
  'finger.template-unreadable',
  'device.unknown',
  'presentation.revoked',
  'presentation.expired',
  'presentation.issuer-unknown',
  'handover.other-phone',
  'provisional.not-allowed',
  'kiosk.not-commissioned',
  'issuer.unauthorised',
  'kiosk.bug',
])

/** Whether trying again can help: at once, after a while, or not at all. */
export function retryHint(code: FailureCode): Retry {
  if (later.has(code)) return 'later'
  if (no.has(code)) return 'no'
  return 'now'
}
