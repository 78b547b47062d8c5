/** Seals a request to the issuer, signs it as this kiosk and puts it into the outbox. */
import { err, ok } from 'neverthrow'
import type { KioskSync } from '../../sync/open-sync.ts'
import { sealPacket, signDocument } from '../../sync/packet.ts'
import { zRequestDoc, type RequestDoc } from '../../sync/z-facts.ts'
import type { Commission } from '../commission/z-commission.ts'
import type { SubmitParts } from './submit.ts'

interface Parts {
  commission: () => Commission | undefined
  sync: Pick<KioskSync, 'outbox' | 'blobs'>
  random: (bytes: number) => Uint8Array
}

/** Resolves when everything is fsync'ed. `save.disk-full`, `save.failed`, `kiosk.not-commissioned`: nothing was saved */
export function createSealAndSave({ commission, sync, random }: Parts): SubmitParts['sealAndSave'] {
  return async (packet, parts) => {
    const kiosk = commission()
    if (!kiosk) return err({ code: 'kiosk.not-commissioned' })
    const sealed = await sealPacket({ packet, parts, issuerKey: kiosk.trust.sealing, random })
    const unsigned: Omit<RequestDoc, 'signature'> = {
      _id: `request:${packet.request}`,
      type: 'request',
      kind: packet.kind,
      kiosk: kiosk.kiosk,
      office: kiosk.office,
      created: packet.times.submitted,
      officer: packet.staff.officer,
      sealed: sealed.sealed,
      parts: sealed.parts,
    }
    const doc = zRequestDoc.parse({ ...unsigned, signature: await signDocument(unsigned, kiosk.signingKey) })
    const added = await sync.outbox.add(doc, sealed.blobs)
    if (added.isOk()) return ok(doc)
    // Payloads of a try that failed are under keys that nobody has: they would only fill the disk further.
    if (!(await sync.outbox.has(packet.request))) {
      await sync.blobs.remove(...sealed.blobs.map(({ sha256 }) => sha256))
    }
    return err({ code: added.error })
  }
}
