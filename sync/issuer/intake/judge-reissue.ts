/** A citizen who asks anew, for the phone that was held up: who it is, whether the phone holds its key, what made the kiosk believe it. */
import { err, ok, type Result } from 'neverthrow'
import { checkHolderProof } from '../../../main/credentials/handover/holder-proof.ts'
import type { P256PublicJwk } from '../../../main/credentials/keys.ts'
import { zFoundationalClaims, type FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { ReceiptReason } from '../../z-facts.ts'
import type { ReissuePacket } from '../../z-packet.ts'
import { claimsOfCard } from '../card-file.ts'
import { zSealedFinger, type SealedFinger } from '../finger/open-finger.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry, Registry } from '../registry.ts'
import type { OpenedParts } from './open-request.ts'

export interface ReissueJudge {
  keys: IssuerKeys
  registry: Pick<Registry, 'request' | 'kiosk' | 'newestByTag'>
  /** checks a finger that a scanner sealed, as of that time (ms); undefined where the issuer opens none */
  checkFinger?: ((finger: SealedFinger, at: number) => Promise<boolean>) | undefined
}

export interface JudgedReissue {
  claims: FoundationalClaims
  holder: P256PublicJwk
}

/** `identity-not-genuine`, `citizen-unknown`, `holder-not-proven`, `payload-missing` */
export async function judgeReissue(
  packet: ReissuePacket,
  parts: OpenedParts,
  kiosk: KioskEntry,
  judge: ReissueJudge,
): Promise<Result<JudgedReissue, ReceiptReason>> {
  const at = Date.parse(packet.times.submitted)
  const { proof, nonce } = packet.holder
  // The phone proved it to the name that the kiosk knew: an earlier one where the key has changed since.
  const names = [...new Set([judge.keys.signing.did, ...judge.keys.credentials.names()])]
  const proofs = await Promise.all(
    names.map((audience) => checkHolderProof(proof, { audience, nonce, now: at })),
  )
  const holder = proofs.find((one) => one.isOk())
  if (!holder?.isOk()) return err('holder-not-proven')
  if (packet.evidence.by === 'sealed-finger') {
    const finger = fingerIn(await parts.read(packet.evidence.part))
    if (!finger) return err('payload-missing')
    if (judge.checkFinger && !(await judge.checkFinger(finger, at))) return err('identity-not-genuine')
  }
  return (await claimsOf(packet, kiosk, judge)).map((claims) => ({ claims, holder: holder.value }))
}

async function claimsOf(
  { identity }: ReissuePacket,
  kiosk: KioskEntry,
  { keys, registry }: ReissueJudge,
): Promise<Result<FoundationalClaims, ReceiptReason>> {
  const known = (entry: { id: string; claims?: string | undefined } | undefined) =>
    entry?.claims === undefined
      ? undefined
      : zFoundationalClaims.parse(JSON.parse(keys.reveal(entry.claims, entry.id)))
  if (identity.by === 'slip') {
    const entry = await registry.request(identity.request)
    // A slip is good at the kiosks of its own office.
    const isHere = entry && (await registry.kiosk(entry.kiosk))?.office === kiosk.office
    const claims = isHere ? known(entry) : undefined
    return claims ? ok(claims) : err('citizen-unknown')
  }
  const onCard = await claimsOfCard(identity.file, keys.signing.publicJwk)
  if (!onCard) return err('identity-not-genuine')
  // What was enrolled last counts more than what was written on the card once; the card is this issuer's word, too.
  const claims = known(await registry.newestByTag(keys.tag(onCard.cid)))
  const written = zFoundationalClaims.strip().safeParse(onCard)
  if (claims) return ok(claims)
  return written.success ? ok(written.data) : err('citizen-unknown')
}

function fingerIn(bytes: Uint8Array | undefined): SealedFinger | undefined {
  try {
    return bytes && zSealedFinger.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data
  } catch {
    return undefined
  }
}
