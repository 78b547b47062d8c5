/** Everything that the kiosk checked is checked again here, on what arrived. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { err, ok, type Result } from 'neverthrow'
import { makeSmallPortrait } from '../../../main/credentials/small-portrait.ts'
import { zFoundationalClaims, type FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import { openPacket, openPart, verifyDocument } from '../../packet.ts'
import type { Packet } from '../../z-packet.ts'
import type { ReceiptReason, RequestDoc } from '../../z-facts.ts'
import { cidOfCard } from '../card-file.ts'
import type { IssuerKeys } from '../keys.ts'
import { doubtsAbout } from '../travel-document/check-travel-document.ts'
import { formSchema, places } from '../masters/masters.ts'
import type { KioskEntry } from '../registry.ts'

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)
const fits = ajv.compile(formSchema)

export interface CheckedPacket {
  packet: Packet
  /** as they are issued: with the portrait, where one could be made of what was enrolled */
  claims: FoundationalClaims
  /** why somebody must look at it before it goes on */
  attention?: ReceiptReason
}

export interface Sources {
  /** a payload by its hash; undefined means it has not arrived */
  read: (sha256: string) => Promise<Uint8Array | undefined>
  /** by which passports are believed, DER or PEM */
  countryCertificates: () => Promise<readonly Uint8Array[]>
}

/** @returns the packet, or why it is refused */
export async function checkPacket(
  document: RequestDoc,
  kiosk: KioskEntry,
  keys: IssuerKeys,
  { read, countryCertificates }: Sources,
): Promise<Result<CheckedPacket, ReceiptReason>> {
  if (document.kiosk !== kiosk.id || !(await verifyDocument(document, kiosk.jwk)))
    return err('bad-kiosk-signature')
  const opened = await openPacket(document.sealed, keys.sealing.privateJwk)
  if (opened.isErr()) return err('unsealing-failed')
  const packet = opened.value
  if (`request:${packet.request}` !== document._id) return err('unsealing-failed')
  const parts = await checkParts(document, packet, read)
  if (parts.isErr()) return err(parts.error)
  const claims = zFoundationalClaims.safeParse(packet.claims)
  if (!fits(packet.claims) || !claims.success || !placeExists(claims.data)) return err('schema-mismatch')
  if (packet.card && (await cidOfCard(packet.card.file, keys.signing.publicJwk)) === undefined)
    return err('schema-mismatch')
  const attention =
    packet.travelDocument &&
    doubtsAbout({
      document: packet.travelDocument,
      group2: parts.value(packet.travelDocument.group2),
      claims: claims.data,
      trusted: await countryCertificates(),
    })
  const portrait = await smallPortraitOf(parts.value('portrait'))
  return ok({ packet, claims: { ...claims.data, ...portrait }, ...(attention && { attention }) })
}

/** Without one that can be made small the citizen still gets an ID. */
async function smallPortraitOf(part: Uint8Array | undefined) {
  const portrait = part && (await makeSmallPortrait(part))
  return portrait === undefined ? {} : { portrait }
}

async function checkParts(
  document: RequestDoc,
  packet: Packet,
  read: (sha256: string) => Promise<Uint8Array | undefined>,
): Promise<Result<(name: string | undefined) => Uint8Array | undefined, ReceiptReason>> {
  const opened = new Map<string, Uint8Array>()
  for (const part of document.parts) {
    const key = packet.partKeys.find(({ name }) => name === part.name)
    const ciphertext = await read(part.sha256)
    if (!ciphertext) return err('payload-missing')
    const plain = key && openPart(ciphertext, key)
    if (!plain || plain.isErr()) return err('payload-mismatch')
    if (part.name === 'portrait' || part.name === packet.travelDocument?.group2)
      opened.set(part.name, plain.value)
  }
  const named = new Set(document.parts.map(({ name }) => name))
  const fingers = packet.fingerprints.captured.every(({ part }) => named.has(part))
  const { portrait, group2 } = packet.travelDocument ?? {}
  const ofDocument = [portrait, group2].every((name) => name === undefined || named.has(name))
  if (!fingers || !ofDocument || !named.has('portrait')) return err('payload-missing')
  return ok((name) => (name === undefined ? undefined : opened.get(name)))
}

function placeExists({ dzongkhag, gewog }: FoundationalClaims): boolean {
  const place = places.places.find(({ value }) => value === dzongkhag)
  return place !== undefined && place.gewogs.some(({ value }) => value === gewog)
}
