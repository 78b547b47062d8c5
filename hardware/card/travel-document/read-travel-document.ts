/**
 * Reads a travel document that lies on the reader: opens it, checks who signed it, makes the chip show that it is no copy,
 * and only then takes the data, each checked against what was signed.
 */
import { err, ok, type Result } from 'neverthrow'
import type { TravelDocument, TravelDocumentProgress } from '../../ports.ts'
import type { DeviceFault } from '../../z-device.ts'
import type { Trouble } from '../faults.ts'
import type { Transmit } from '../iso7816.ts'
import type { Password } from './access-key.ts'
import { prepareChipAuthentication } from './chip-authentication.ts'
import { documentFault, talkInSession, type Talk } from './conversation.ts'
import { documentFiles, parseCommon, parseGroup1, parseGroup14 } from './data-groups.ts'
import { parseGroup2 } from './face-image.ts'
import { openAccess, type Access } from './open-access.ts'
import { checkSecurityObject, type Genuine } from './passive-authentication.ts'
import { extendedPiece, readElementaryFile, shortPiece } from './read-elementary-file.ts'
import { parseSecurityInfos, type PaceInfo } from './security-infos.ts'

export interface ReadOptions {
  transmit: Transmit<Trouble>
  /** the card says that it takes extended lengths */
  extended: boolean
  password: Password
  /** country certificates, DER */
  trusted: readonly Uint8Array[]
  /** ms since the epoch */
  now: number
  onProgress?: (progress: TravelDocumentProgress) => void
}

export async function readTravelDocument(options: ReadOptions): Promise<Result<TravelDocument, DeviceFault>> {
  const { transmit, password, trusted, now, onProgress } = options
  const piece = options.extended ? extendedPiece : shortPiece
  onProgress?.({ step: 'opening' })
  const access = await openAccess(transmit, password)
  if (access.isErr()) return err(access.error)
  const { talk, kind, offered } = access.value

  onProgress?.({ step: 'checking' })
  // Not signed, and nothing is decided by it; a document without it is none.
  const common = await readElementaryFile({ talk, piece }, documentFiles.common)
  if (common.isErr()) return err(documentFault(common.error))
  if (!parseCommon(common.value)) return err('card.unreadable')
  const object = await readElementaryFile({ talk, piece }, documentFiles.securityObject)
  if (object.isErr()) return err(documentFault(object.error))
  const genuine = checkSecurityObject(object.value, trusted, now)
  if (genuine.isErr()) return err(genuine.error)

  const chip = await authenticateChip(talk, { transmit, piece, offered, genuine: genuine.value })
  if (chip.isErr()) return err(chip.error)
  const data = await readData(chip.value.talk, genuine.value, { piece, onProgress })
  return data.map(({ mrz, portrait, group1, group2 }) => ({
    mrz,
    evidence: { securityObject: object.value, group1, group2 },
    ...(portrait && { portrait }),
    checks: {
      access: kind,
      chip: chip.value.verdict,
      passive: { country: genuine.value.country, signerValidUntil: genuine.value.signerValidUntil },
    },
  }))
}

interface ChipOptions {
  transmit: Transmit<Trouble>
  piece: number
  offered: Access['offered']
  genuine: Genuine
}

interface Chip {
  talk: Talk
  verdict: TravelDocument['checks']['chip']
}

/** What the signed list names must be there: a copy cannot get round this by leaving the group out. */
async function authenticateChip(
  talk: Talk,
  { transmit, piece, offered, genuine }: ChipOptions,
): Promise<Result<Chip, DeviceFault>> {
  if (!genuine.hashes.has(14)) return ok({ talk, verdict: 'not-offered' })
  const file = await readElementaryFile({ talk, piece }, documentFiles.group14)
  if (file.isErr())
    return err(file.error === 'missing' ? 'travel-document.cloned' : documentFault(file.error))
  if (!genuine.matches(14, file.value)) return err('travel-document.bad-signature')
  const content = parseGroup14(file.value)
  const infos = content && parseSecurityInfos(content)
  // A stronger way in that was signed and was not offered has been taken out on the way (§4.4.2).
  const isOffered = ({ oid, parameterId }: PaceInfo) =>
    offered.some((one) => one.oid === oid && one.parameterId === parameterId)
  if (infos && !infos.pace.every(isOffered)) return err('travel-document.bad-signature')
  const prepared = infos && prepareChipAuthentication(infos)
  if (!prepared) return ok({ talk, verdict: 'not-offered' })
  for (const command of prepared.commands) {
    const answer = await talk(command)
    if (answer.isErr()) return err(documentFault(answer.error))
    if (answer.value.status !== 0x9000) return err('travel-document.cloned')
  }
  // Nothing is shown yet: only a chip with the key can follow into the new session.
  const session = talkInSession(transmit, prepared.keys)
  const proof = await readElementaryFile({ talk: session, piece }, documentFiles.common)
  if (proof.isErr()) {
    const isForeign =
      proof.error === 'session-lost' || proof.error === 'missing' || proof.error === 'malformed'
    return err(isForeign ? 'travel-document.cloned' : documentFault(proof.error))
  }
  return ok({ talk: session, verdict: 'authenticated' })
}

interface Data {
  mrz: TravelDocument['mrz']
  portrait: TravelDocument['portrait']
  group1: Uint8Array
  group2: Uint8Array
}

async function readData(
  talk: Talk,
  genuine: Genuine,
  { piece, onProgress }: { piece: number; onProgress: ReadOptions['onProgress'] },
): Promise<Result<Data, DeviceFault>> {
  onProgress?.({ step: 'reading', done: 0, of: 0 })
  const first = await readElementaryFile({ talk, piece }, documentFiles.group1)
  if (first.isErr()) return err(documentFault(first.error))
  if (!genuine.matches(1, first.value)) return err('travel-document.bad-signature')
  const mrz = parseGroup1(first.value)
  if (!mrz) return err('card.unreadable')

  const onBytes = (done: number, of: number) => onProgress?.({ step: 'reading', done, of })
  const second = await readElementaryFile({ talk, piece, onBytes }, documentFiles.group2)
  if (second.isErr()) return err(documentFault(second.error))
  if (!genuine.matches(2, second.value)) return err('travel-document.bad-signature')
  const portrait = parseGroup2(second.value)
  return ok({ mrz, portrait, group1: first.value, group2: second.value })
}
