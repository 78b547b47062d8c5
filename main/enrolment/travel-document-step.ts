/** The card step with a passport or an identity card of another country instead of the office card. */
import { err, ok, type Result } from 'neverthrow'
import type { AccessKey } from '../../hardware/card/travel-document/access-key.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { Failure } from '../api/answer.ts'
import { instant, type Clock } from '../clock.ts'
import type { FormSource } from './form-source.ts'
import { travelDocumentFields } from './travel-document-fields.ts'
import type { StoredDraft } from './z-stored-draft.ts'

interface Parts {
  card: CardReaderPort
  forms: FormSource
  /** CSCA certificates that are believed, DER */
  countryCertificates: () => Promise<readonly Uint8Array[]>
  cardWaitMs: number
  clock: Clock
}

export type ReadTravelDocument = (
  key: AccessKey,
  signal: AbortSignal | undefined,
) => Promise<Result<(draft: StoredDraft) => Promise<Result<Partial<StoredDraft>, Failure>>, Failure>>

/** @returns what the document that lies on the reader changes in a draft */
export function createTravelDocumentStep(parts: Parts): ReadTravelDocument {
  const { card, forms, clock, cardWaitMs } = parts
  return async (key, signal) => {
    const trusted = await parts.countryCertificates()
    // Without any, each document would be opened for nothing.
    if (trusted.length === 0) return err({ code: 'travel-document.issuer-unknown' })
    const read = await card.readTravelDocument({
      key,
      trusted,
      waitMs: cardWaitMs,
      ...(signal && { signal }),
    })
    if (read.isErr()) return err({ code: read.error })
    const { mrz, checks, evidence } = read.value
    return ok(async ({ fields }) => {
      const form = await forms.current()
      if (form.isErr()) return err(form.error)
      return ok({
        fields: form.value.merge(fields, travelDocumentFields(mrz, forms.today())),
        card: {
          state: 'travel-document',
          securityObject: Buffer.from(evidence.securityObject).toString('base64url'),
          group1: Buffer.from(evidence.group1).toString('base64url'),
          chip: checks.chip,
          readAt: instant(clock),
        },
      })
    })
  }
}
