/** A credential as an SD-JWT VC (`dc+sd-jwt`): every claim can be shown or kept back on its own. */
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { disclosureSalt, sha256Hasher, signEs256 } from './es256.ts'
import { foundationalId } from './foundational-id.ts'
import { issuedClaims } from './issued-claims.ts'
import type { CredentialContent, IssueOptions } from './issue-ldp.ts'
import { tokenListUrl } from './token-status-list.ts'
import { zP256PublicJwk, type IssuerKey } from './keys.ts'

/**
 * The issuer is a did:key; `kid` is the DID URL's fragment alone, which `iss` completes, to keep the QR of a
 * presentation small. The status is the same bit as the W3C form's, in the IETF's list.
 * @param also further members of the payload, which every presentation shows
 * @returns compact SD-JWT, `<jwt>~<disclosure>~…~`
 */
export async function issueSdJwt(
  content: CredentialContent,
  issuerKey: IssuerKey,
  also: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { type, claims, holder, status, validFrom, validUntil } = content
  const from = Math.floor(validFrom.getTime() / 1000)
  const payload = {
    iss: issuerKey.did,
    vct: type.vct,
    nbf: from,
    exp: Math.floor(validUntil.getTime() / 1000),
    cnf: { jwk: zP256PublicJwk.parse(holder.jwk) },
    status: { status_list: { idx: status.index, uri: tokenListUrl(status.listUrl) } },
    ...also,
    ...claims,
  }
  const issuer = new SDJwtVcInstance({
    signer: (data) => signEs256(data, issuerKey.privateJwk),
    signAlg: 'ES256',
    hasher: sha256Hasher,
    hashAlg: 'sha-256',
    saltGenerator: disclosureSalt,
  })
  // The payload has them too; the compiler knows only the names that are written out above.
  const disclosable = Object.keys(type.claims).filter(
    (name): name is keyof typeof payload => claims[name] !== undefined,
  )
  return issuer.issue(
    payload,
    { _sd: disclosable },
    { header: { kid: issuerKey.keyId.slice(issuerKey.did.length) } },
  )
}

/** The Foundational ID. */
export function issueFoundationalSdJwt(options: IssueOptions): Promise<string> {
  const { claims, holderJwk, issuerKey, ...rest } = options
  const issued = issuedClaims(claims, rest.validFrom)
  return issueSdJwt({ type: foundationalId, claims: issued, holder: { jwk: holderJwk }, ...rest }, issuerKey)
}
