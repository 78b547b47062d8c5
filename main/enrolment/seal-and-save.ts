/** Seals a request to the issuer, signs it as this kiosk and puts it into the outbox. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { selfService } from '../api/self-service.ts'
import type { KioskSync } from '../../sync/open-sync.ts'
import { sealEnvelope, sealParts, signDocument, type PlainPart } from '../../sync/packet.ts'
import { zRequestDoc, type RequestDoc } from '../../sync/z-facts.ts'
import type { UnsealedPacket } from '../../sync/z-packet.ts'
import type { Commission } from '../commission/z-commission.ts'

interface Parts {
  commission: () => Commission | undefined
  sync: Pick<KioskSync, 'outbox' | 'blobs'>
  random: (bytes: number) => Uint8Array
}

export type SealAndSave = (
  packet: UnsealedPacket,
  parts: readonly PlainPart[],
) => Promise<Result<RequestDoc, Failure>>

/** Resolves when everything is fsync'ed. `save.disk-full`, `save.failed`, `kiosk.not-commissioned`: nothing was saved */
export function createSealAndSave({ commission, sync, random }: Parts): SealAndSave {
  return async (packet, plain) => {
    const kiosk = commission()
    if (!kiosk) return err({ code: 'kiosk.not-commissioned' })
    const landing = sync.blobs.land()
    const { keys, parts } = await sealParts(plain, random, landing.write)
    // The disk settles the payloads while the packet is sealed and signed.
    const onDisk = landing.settle(parts.map(({ sha256 }) => sha256))
    const signed = signedRequest(packet, { keys, parts }, kiosk)
    const [put, doc] = await Promise.all([onDisk, signed])
    const added = put.isOk() ? await sync.outbox.add(doc, []) : put
    if (added.isOk()) return ok(doc)
    // Payloads of a try that failed are under keys that nobody has: they would only fill the disk further.
    if (!(await sync.outbox.has(packet.request))) {
      await sync.blobs.remove(...parts.map(({ sha256 }) => sha256))
    }
    return err({ code: added.error })
  }
}

async function signedRequest(
  packet: UnsealedPacket,
  { keys, parts }: Awaited<ReturnType<typeof sealParts>>,
  { kiosk, office, signingKey, trust }: Commission,
): Promise<RequestDoc> {
  const unsigned: Omit<RequestDoc, 'signature'> = {
    _id: `request:${packet.request}`,
    type: 'request',
    ...{ kind: packet.kind, kiosk, office },
    created: packet.times.submitted,
    officer: 'staff' in packet ? packet.staff.officer : selfService,
    ...('of' in packet && { of: packet.of }),
    ...{ sealed: await sealEnvelope(packet, keys, trust.sealing), parts },
  }
  return zRequestDoc.parse({ ...unsigned, signature: await signDocument(unsigned, signingKey) })
}
