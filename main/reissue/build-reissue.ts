/** What the issuer will find inside a request to re-issue to a phone. */
import type { PlainPart } from '../../sync/packet.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { ReissueEvidence, ReissueIdentity, ReissuePacket, UnsealedPacket } from '../../sync/z-packet.ts'
import type { ReissueReason } from '../api/z-handover.ts'
import type { PairedHolder } from '../credentials/handover/pairing.ts'
import type { Gate } from '../verification/finger-gate.ts'
import type { Identity } from './citizen-sessions.ts'

export interface ReissuePieces {
  packet: UnsealedPacket
  parts: PlainPart[]
}

export interface ReissueOrder {
  request: RequestId
  reason: ReissueReason
  who: Identity
  gate: Gate
  holder: PairedHolder
  nonce: string
  kiosk: ReissuePacket['kiosk']
  consent: ReissuePacket['consent']
  later?: ReissuePacket['later']
  /** an instant */
  now: string
}

const fingerPart = 'sealed-finger'

export function buildReissue(order: ReissueOrder): ReissuePieces {
  const { request, reason, who, gate, holder, nonce, kiosk, consent, later, now } = order
  const packet: Omit<ReissuePacket, 'partKeys'> = {
    ...{ version: 1, kind: 'reissue', request, reason },
    ...{ identity: identityOf(who), evidence: evidenceOf(gate) },
    holder: { proof: holder.proof, nonce, formats: holder.formats },
    ...(later && { later }),
    ...{ consent, kiosk, times: { opened: now, submitted: now } },
  }
  return { packet, parts: partsOf(gate) }
}

function identityOf(who: Identity): ReissueIdentity {
  return who.by === 'card'
    ? { by: 'card', file: Buffer.from(who.file).toString('base64url') }
    : { by: 'slip', request: who.request }
}

function evidenceOf(gate: Gate): ReissueEvidence {
  if (gate.state !== 'passed') return { by: 'nothing' }
  switch (gate.by.by) {
    case 'finger':
      return { by: 'finger' }
    case 'officer':
      return { by: 'officer', officer: gate.by.officer }
    case 'sealed-finger':
      return { by: 'sealed-finger', part: fingerPart }
  }
}

function partsOf(gate: Gate): PlainPart[] {
  if (gate.state !== 'passed' || gate.by.by !== 'sealed-finger') return []
  const bytes = Buffer.from(JSON.stringify(gate.by.finger))
  return [{ name: fingerPart, mediaType: 'application/octet-stream', bytes }]
}
