/** What is measured of each way to make and judge a credential: three calls, and the signature alone. */
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { deriveCredential } from '../../main/credentials/derive.ts'
import { issueFoundationalLdp, type IssueOptions } from '../../main/credentials/issue-ldp.ts'
import { generateIssuerKey } from '../../main/credentials/keys.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyDerived } from '../../main/credentials/verify-ldp.ts'
import { naiveDerive, naiveIssue, naiveVerify } from '../fixtures/naive-library.ts'

export interface Calls {
  issue(): Promise<unknown>
  /** what a wallet shows of what was issued; itself where the format has no such thing */
  derive(issued: unknown): Promise<unknown>
  /** @returns whether it is good */
  verify(shown: unknown): Promise<boolean>
}

export const claims = {
  fullName: 'Karma Dorji',
  fullNameDzongkha: 'ཀརྨ་རྡོ་རྗེ',
  gender: 'Male',
  dateOfBirth: '1990-02-14',
  idType: 'Citizenship',
  cid: '11503001234',
  citizenship: 'Bhutanese',
  bloodType: 'O+',
  houseNumber: '12',
  village: 'Pangtey',
  gewog: 'Chang',
  dzongkhag: 'Thimphu',
}
const shown = ['dzongkhag', 'gewog'] as const

async function issueOptions(): Promise<IssueOptions> {
  const [issuerKey, holder] = [await generateIssuerKey(), await generateIssuerKey()]
  return {
    claims,
    holderJwk: holder.publicJwk,
    issuerKey,
    status: { listUrl: 'https://issuer.example/status/1', index: 42 },
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2031-01-01T00:00:00Z'),
  }
}

/** Keys are there before the first call, as they are in an issuer that has started. */
export const calls: Record<string, () => Promise<Calls>> = {
  'ecdsa-sd-2023': async () => {
    const options = await issueOptions()
    const trusted = trustDids([options.issuerKey.did])
    return {
      issue: () => issueFoundationalLdp(options),
      derive: (issued) => deriveCredential(Object(issued), shown),
      verify: async (derived) => (await verifyDerived(derived, trusted)).isOk(),
    }
  },
  'ecdsa-sd-2023, library called naively': async () => {
    const options = await issueOptions()
    return {
      issue: () => naiveIssue(options),
      derive: (issued) => naiveDerive(Object(issued), shown),
      verify: (derived) => naiveVerify(Object(derived), options.validFrom),
    }
  },
  'P-256 signature alone': async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const data = Buffer.alloc(200, 7)
    return {
      issue: async () => sign('sha256', data, privateKey),
      derive: async (issued) => issued,
      verify: async (signature) => verify('sha256', data, publicKey, Buffer.from(Object(signature))),
    }
  },
}
