/** Everything that the audit log may say. Codes, counts and ids of our own; never what identifies a citizen. */
import { z } from 'zod'

export const zAuditEvent = z.enum([
  'kiosk.started',
  'kiosk.stopped',
  'kiosk.reset-decided',
  'diagnostics.saved',
  'diagnostics.not-saved',
  'kiosk.commissioned',
  'kiosk.commission-refused',
  'audit.torn-line-dropped',
  'audit.chain-broken',
  'staff.signed-in',
  'staff.refused',
  'staff.locked',
  'staff.signed-out',
  'draft.opened',
  'draft.card-read',
  'draft.card-refused',
  'draft.card-skipped',
  'draft.travel-document-read',
  'draft.travel-document-refused',
  'draft.portrait-saved',
  'draft.portrait-refused',
  'draft.portrait-overridden',
  'draft.fingers-captured',
  'draft.fingers-refused',
  'draft.consented',
  'draft.discarded',
  'draft.expired',
  'draft.unreadable',
  'draft.left-behind',
  'draft.taken-up-after-submit',
  'approval.asked',
  'approval.given',
  'approval.sent-back',
  'request.submitted',
  'request.not-saved',
  'request.offered-again',
  'day.closed',
  'citizen.identified',
  'citizen.refused',
  'citizen.card-shown',
  'citizen.offer-made',
  'citizen.offer-refused',
  'citizen.left',
  'phone.paired',
  'phone.refused',
  'reissue.queued',
  'reissue.not-saved',
  'hand-over.begun',
  'hand-over.refused',
  'hand-over.received',
  'presentation.asked',
  'presentation.verified',
  'presentation.refused',
  'device.tested',
  'device.camera-chosen',
  'device.watched',
  'finger.template-saved',
  'finger.template-expired',
  'finger.verified',
  'finger.not-verified',
  'finger.check-failed',
  'finger.sealed',
  'finger.officer-called',
  'finger.vouched',
  'device.identified',
  'device.role-set',
  'slip.printed',
  'slip.not-printed',
  'slip.saved',
  'slip.not-saved',
  'stick.written',
  'stick.not-written',
  'stick.taken',
  'stick.not-taken',
  'report.saved',
  'report.not-saved',
  'trust.checked',
  'voice.kept',
  'voice.removed',
])
export type AuditEvent = z.infer<typeof zAuditEvent>

/**
 * A closed list of names, and values that no name, address or biometric value fits into; an 11-digit number would be
 * somebody's CID and is refused as well.
 */
export const zAuditFacts = z.partialRecord(
  z.enum([
    'staff',
    'request',
    'code',
    'kind',
    'slap',
    'step',
    'tries',
    'count',
    'language',
    'purpose',
    'by',
    'version',
    'role',
    'device',
    /* the key of a text of the screens */
    'text',
  ]),
  z.union([
    z.number(),
    z.boolean(),
    z
      .string()
      .regex(/^[A-Za-z0-9._:+-]{1,64}$/)
      .refine((text) => !/^\d{11}$/.test(text)),
  ]),
)
export type AuditFacts = z.infer<typeof zAuditFacts>

const zHash = z.string().regex(/^[0-9a-f]{64}$/)

export const zAuditLine = z.object({
  n: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  event: zAuditEvent,
  facts: zAuditFacts.optional(),
  /** hash of the line before; of nothing, for the first */
  before: zHash,
  /** SHA-256 over the RFC 8785 form of the other members */
  hash: zHash,
})
export type AuditLine = z.infer<typeof zAuditLine>
