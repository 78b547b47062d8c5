/** Whether product and library say the same of credentials that each of them made, good and bent in one way. */
import { createVerifyCryptosuite } from '@digitalbazaar/bbs-2023-cryptosuite'
import { cryptosuite as eddsa } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyDerived } from '../../main/credentials/verify-ldp.ts'
import { naiveVerify } from '../fixtures/naive-library.ts'
import { calls, naively } from './credential-calls.ts'
import { contentOf } from './credential-content.ts'

type Bend = (credential: Record<string, unknown>) => object
const within =
  (part: string, change: object): Bend =>
  (credential) => ({ ...credential, [part]: { ...Object(credential[part]), ...change } })

const bends: Bend[] = [
  (credential) => credential,
  within('credentialSubject', { dzongkhag: 'Paro' }),
  within('credentialSubject', { gewog: undefined }),
  within('credentialSubject', { village: 'Haa' }),
  (credential) => ({ ...credential, validUntil: '2099-01-01T00:00:00Z' }),
  within('proof', { proofPurpose: 'authentication' }),
  within('proof', { proofValue: 'uAAAA' }),
]

const librarys = { 'eddsa-rdfc-2022': () => eddsa, 'bbs-2023': () => createVerifyCryptosuite() }

/** @returns % of them of which both say the same, made by each and judged by both */
async function sameOf(format: 'eddsa-rdfc-2022' | 'bbs-2023'): Promise<number> {
  const { validFrom: now } = await contentOf()
  const verdicts: boolean[] = []
  for (const name of [format, naively(format)]) {
    const made = await calls[name]?.()
    const issued = await made?.issue()
    const shown = made?.derive ? await made.derive(issued) : issued
    for (const bend of bends) {
      const bent = JSON.parse(JSON.stringify(bend(Object(shown))))
      const ours = await verifyDerived(bent, trustDids([String(bent.issuer)]))
      verdicts.push(ours.isOk() === (await naiveVerify(bent, now, librarys[format]())))
    }
  }
  return (100 * verdicts.filter(Boolean).length) / verdicts.length
}

export const sameInOthers: Record<string, () => Promise<number>> = {
  'eddsa-rdfc-2022': () => sameOf('eddsa-rdfc-2022'),
  'bbs-2023': () => sameOf('bbs-2023'),
}
