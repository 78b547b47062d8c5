/** What an officer enrolled is checked again here, all that the kiosk checked, on what arrived. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { err, ok, type Result } from 'neverthrow'
import { makeSmallPortrait } from '../../../main/credentials/small-portrait.ts'
import { zFoundationalClaims, type FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { ReceiptReason } from '../../z-facts.ts'
import type { Packet } from '../../z-packet.ts'
import { cidOfCard } from '../card-file.ts'
import type { IssuerKeys } from '../keys.ts'
import { doubtsAbout } from '../travel-document/check-travel-document.ts'
import { formSchema, places } from '../masters/masters.ts'
import { approvalProblem, type ApprovalRules } from './check-approval.ts'
import type { OpenedParts } from './open-request.ts'

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
const fits = ajv.compile(formSchema)

export interface CheckedPacket {
  /** as they are issued: with the portrait, where one could be made of what was enrolled */
  claims: FoundationalClaims
  /** why somebody must look at it before it goes on */
  attention?: ReceiptReason
}

/** @returns the claims, or why it is refused */
export async function checkPacket(
  packet: Packet,
  parts: OpenedParts,
  keys: IssuerKeys,
  {
    countryCertificates,
    approval,
  }: {
    /** by which passports are believed, DER or PEM */
    countryCertificates: () => Promise<readonly Uint8Array[]>
    approval: ApprovalRules
  },
): Promise<Result<CheckedPacket, ReceiptReason>> {
  if (!areAllThere(packet, parts)) return err('payload-missing')
  const claims = zFoundationalClaims.safeParse(packet.claims)
  if (!fits(packet.claims) || !claims.success || !placeExists(claims.data)) return err('schema-mismatch')
  if (packet.card && (await cidOfCard(packet.card.file, keys.signing.publicJwk)) === undefined)
    return err('schema-mismatch')
  const unapproved = approvalProblem(packet, approval)
  if (unapproved === 'approval-not-genuine') return err(unapproved)
  // Sealed under an older policy it may be as good as any: somebody looks, and nobody has to come again.
  const attention =
    unapproved ??
    (packet.travelDocument &&
      doubtsAbout({
        document: packet.travelDocument,
        group2: await parts.read(packet.travelDocument.group2),
        claims: claims.data,
        trusted: await countryCertificates(),
      }))
  const portrait = await smallPortraitOf(await parts.read('portrait'))
  return ok({ claims: { ...claims.data, ...portrait }, ...(attention && { attention }) })
}

/** Without one that can be made small the citizen still gets an ID. */
async function smallPortraitOf(part: Uint8Array | undefined) {
  const portrait = part && (await makeSmallPortrait(part))
  return portrait === undefined ? {} : { portrait }
}

function areAllThere(packet: Packet, { names }: OpenedParts): boolean {
  const fingers = packet.fingerprints.captured.every(({ part }) => names.has(part))
  const { portrait, group2 } = packet.travelDocument ?? {}
  const ofDocument = [portrait, group2].every((name) => name === undefined || names.has(name))
  return fingers && ofDocument && names.has('portrait')
}

function placeExists({ dzongkhag, gewog }: FoundationalClaims): boolean {
  const place = places.places.find(({ value }) => value === dzongkhag)
  return place !== undefined && place.gewogs.some(({ value }) => value === gewog)
}
