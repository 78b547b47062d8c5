/** The Foundational ID that every format is measured with. */
import { foundationalId } from '../../main/credentials/foundational-id.ts'
import { issuedClaims } from '../../main/credentials/issued-claims.ts'
import type { CredentialContent } from '../../main/credentials/issue-ldp.ts'
import { generateIssuerKey, type IssuerKey } from '../../main/credentials/keys.ts'

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
/** what is shown of it where a part can be */
export const shown = ['dzongkhag', 'gewog'] as const

const validity = {
  status: { listUrl: 'https://issuer.example/status/1', index: 42 },
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: new Date('2027-01-01T00:00:00Z'),
}

export async function optionsOf(holder?: IssuerKey) {
  return { claims, holderJwk: (holder ?? (await generateIssuerKey())).publicJwk, ...validity }
}

export async function contentOf(holder?: IssuerKey): Promise<CredentialContent> {
  const { holderJwk } = await optionsOf(holder)
  const issued = issuedClaims(claims, validity.validFrom)
  return { type: foundationalId, claims: issued, holder: { jwk: holderJwk }, ...validity }
}
