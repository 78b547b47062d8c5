/** Foundational ID as an SD-JWT VC (`dc+sd-jwt`): every claim can be shown or kept back on its own. */
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { disclosureSalt, sha256Hasher, signEs256 } from './es256.ts'
import { issuedClaims } from './issued-claims.ts'
import type { IssueOptions } from './issue-ldp.ts'
import { zP256PublicJwk } from './keys.ts'
import { foundationalVct, zClaimName } from './z-foundational.ts'

/**
 * The issuer is a did:key; `kid` is the DID URL's fragment alone, which `iss` completes, to keep the QR of a
 * presentation small. The status names the same bitstring list as the W3C form does: the IETF's own list is
 * another document, signed in another way, for the same bit.
 * @returns compact SD-JWT, `<jwt>~<disclosure>~…~`
 */
export async function issueFoundationalSdJwt(options: IssueOptions): Promise<string> {
  const { claims, holderJwk, issuerKey, status, validFrom, validUntil } = options
  const issued = issuedClaims(claims, validFrom)
  const from = Math.floor(validFrom.getTime() / 1000)
  const payload = {
    iss: issuerKey.did,
    vct: foundationalVct,
    nbf: from,
    exp: Math.floor(validUntil.getTime() / 1000),
    cnf: { jwk: zP256PublicJwk.parse(holderJwk) },
    credentialStatus: { list: status.listUrl, index: status.index },
    ...issued,
  }
  const issuer = new SDJwtVcInstance({
    signer: (data) => signEs256(data, issuerKey.privateJwk),
    signAlg: 'ES256',
    hasher: sha256Hasher,
    hashAlg: 'sha-256',
    saltGenerator: disclosureSalt,
  })
  const disclosable = zClaimName.options.filter((name) => issued[name] !== undefined)
  return issuer.issue(
    payload,
    { _sd: disclosable },
    { header: { kid: issuerKey.keyId.slice(issuerKey.did.length) } },
  )
}
