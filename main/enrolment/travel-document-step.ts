/** The card step with a passport or an identity card of another country instead of the office card. */
import { err, ok, type Result } from 'neverthrow'
import type { AccessKey } from '../../hardware/card/travel-document/access-key.ts'
import { portraitJpeg } from '../../hardware/card/travel-document/portrait-jpeg.ts'
import type { CardReaderPort, TravelDocument } from '../../hardware/ports.ts'
import type { Failure } from '../api/answer.ts'
import type { ReadingStep } from '../api/z-travel-document.ts'
import { instant, type Clock } from '../clock.ts'
import { keepDocumentPiece } from './document-portrait.ts'
import type { DraftStore } from './draft-store.ts'
import type { FormSource } from './form-source.ts'
import { travelDocumentFields } from './travel-document-fields.ts'
import type { StoredDraft } from './z-stored-draft.ts'

interface Parts {
  card: CardReaderPort
  store: DraftStore
  forms: FormSource
  /** CSCA certificates that are believed, DER */
  countryCertificates: () => Promise<readonly Uint8Array[]>
  cardWaitMs: number
  clock: Clock
}

export interface Reading {
  signal: AbortSignal | undefined
  onStep?: ((step: ReadingStep) => void) | undefined
}

export type ReadTravelDocument = (
  key: AccessKey,
  reading: Reading,
) => Promise<Result<(draft: StoredDraft) => Promise<Result<Partial<StoredDraft>, Failure>>, Failure>>

/** @returns what the document that lies on the reader changes in a draft */
export function createTravelDocumentStep(parts: Parts): ReadTravelDocument {
  const { card, forms, cardWaitMs } = parts
  return async (key, { signal, onStep }) => {
    const trusted = await parts.countryCertificates()
    // Without any, each document would be opened for nothing.
    if (trusted.length === 0) return err({ code: 'travel-document.issuer-unknown' })
    onStep?.({ step: 'waiting' })
    const read = await card.readTravelDocument({
      served: 'staff',
      key,
      trusted,
      waitMs: cardWaitMs,
      ...(signal && { signal }),
      ...(onStep && { onProgress: onStep }),
    })
    if (read.isErr()) return err({ code: read.error })
    const document = read.value
    const portrait = document.portrait && (await portraitJpeg(document.portrait))
    return ok(async (draft) => {
      const form = await forms.current()
      if (form.isErr()) return err(form.error)
      const found = travelDocumentFields(document.mrz, forms.today())
      const merged = form.value.merge(draft.fields, found)
      // What the form has no field for is not kept.
      const filled = Object.fromEntries(
        Object.entries(found).filter(([name, value]) => merged[name] === value),
      )
      return ok({ fields: merged, card: await cardOf(parts, draft, { document, portrait, filled }) })
    })
  }
}

interface Read {
  document: TravelDocument
  portrait: Uint8Array | undefined
  filled: Record<string, string>
}

async function cardOf(
  { store, clock }: Parts,
  { id }: StoredDraft,
  { document: { checks, evidence }, portrait, filled }: Read,
): Promise<StoredDraft['card']> {
  return {
    state: 'travel-document',
    securityObject: Buffer.from(evidence.securityObject).toString('base64url'),
    group1: Buffer.from(evidence.group1).toString('base64url'),
    access: checks.access,
    chip: checks.chip,
    country: checks.passive.country,
    filled,
    ...(portrait && { portrait: await keepDocumentPiece(store, id, portrait) }),
    // Without a face that can be shown there is nothing to prove.
    ...(portrait && { group2: await keepDocumentPiece(store, id, evidence.group2) }),
    readAt: instant(clock),
  }
}
