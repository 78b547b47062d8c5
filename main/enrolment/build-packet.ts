/** What the issuer will find inside the sealed request, made from a draft that lacks nothing. */
import type { PlainPart } from '../../sync/packet.ts'
import type { Packet } from '../../sync/z-packet.ts'
import type { DocumentPieces } from './document-portrait.ts'
import { slapOf } from './draft-view.ts'
import { slaps } from './finger-rules.ts'
import type { SlapRecords, StoredDraft } from './z-stored-draft.ts'

/** The wording that the citizen agreed to (message `staff.consent.text`); rises when the wording does. */
export const consentTextVersion = 1

export interface DraftContent {
  draft: StoredDraft
  /** cleaned fields */
  claims: Record<string, string>
  consent: NonNullable<StoredDraft['consent']>
  portrait: Uint8Array
  document: DocumentPieces
  records: Readonly<Record<(typeof slaps)[number], SlapRecords>>
}

interface Circumstances {
  schemaVersion: number
  officer: string
  kiosk: Packet['kiosk']
  submitted: string
  /** who has looked at it, and when */
  approved?: { by: string; at: string } | undefined
}

/** @returns the packet but for the keys of its parts, and the parts. @throws Error - if a record is missing (a bug) */
export function buildPacket(
  { draft, claims, consent, portrait, document, records }: DraftContent,
  { schemaVersion, officer, kiosk, submitted, approved }: Circumstances,
): { packet: Omit<Packet, 'partKeys'>; parts: PlainPart[] } {
  const states = slaps.map((slap) => slapOf(draft, slap))
  const captured = states.flatMap(({ slap, tries, fingers }) =>
    fingers.map(({ finger, quality }) => {
      const record = records[slap][finger]
      if (record === undefined) throw new Error(`There is no record of ${finger}`)
      return { finger, quality, tries, part: partName(finger), record }
    }),
  )
  const parts: PlainPart[] = [
    { name: 'portrait', mediaType: 'image/jpeg', bytes: portrait },
    ...documentParts(document),
    ...captured.map(({ part, record }): PlainPart => ({
      name: part,
      mediaType: 'application/jose',
      bytes: Buffer.from(record),
    })),
  ]
  const packet: Omit<Packet, 'partKeys'> = {
    version: 1,
    request: draft.id,
    kind: 'enrolment',
    reason: draft.reason,
    schemaVersion,
    claims,
    consent: { ...consent, textVersion: consentTextVersion },
    ...travelDocumentOf(draft, document),
    ...(draft.card.state === 'verified' && { card: { file: draft.card.file, readAt: draft.card.readAt } }),
    ...(draft.portrait?.override && { portraitOverride: draft.portrait.override }),
    fingerprints: {
      captured: captured.map(({ record: _, ...rest }) => rest),
      exceptions: states.flatMap(({ exceptions }) => exceptions),
    },
    staff: { officer, ...(approved && { supervisor: approved.by }) },
    kiosk,
    times: { opened: draft.opened, submitted, ...(approved && { approved: approved.at }) },
  }
  return { packet, parts }
}

/** `Left IndexFinger` → `left-indexfinger` */
function partName(finger: string): string {
  return finger.toLowerCase().replace(' ', '-')
}

const documentPart = { portrait: 'document-portrait', group2: 'document-group2' } as const

/** The face to look at, and the file of the chip that proves it. */
function documentParts({ portrait, group2 }: DocumentPieces): PlainPart[] {
  if (!portrait || !group2) return []
  return [
    { name: documentPart.portrait, mediaType: 'image/jpeg', bytes: portrait },
    { name: documentPart.group2, mediaType: 'application/octet-stream', bytes: group2 },
  ]
}

function travelDocumentOf(
  { card }: StoredDraft,
  { portrait, group2 }: DocumentPieces,
): Pick<Packet, 'travelDocument'> {
  if (card.state !== 'travel-document') return {}
  const { securityObject, group1, access, chip, readAt } = card
  const parts = portrait && group2 ? documentPart : {}
  return { travelDocument: { securityObject, group1, access, chip, readAt, ...parts } }
}
