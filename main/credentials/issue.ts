/** One way to issue, whatever the format: the type says in which it comes. */
import { err, ok, type Result } from 'neverthrow'
import type { BlsKey } from './bls.ts'
import type { Ed25519Key } from './ed25519.ts'
import type { DocumentSigner } from './mdoc/issue-mdoc.ts'
import {
  issueBbsLdp,
  issueEddsaLdp,
  issueSdLdp,
  type CredentialContent,
  type SignedCredential,
} from './issue-ldp.ts'
import { issueSdJwt } from './issue-sd-jwt.ts'
import type { IssuerKey } from './keys.ts'
import { zClaimsOf, type CredentialFormat } from './z-credential-type.ts'

/** What an issuer signs with. */
export interface IssuingKeys {
  /** P-256: ecdsa-sd-2023 and SD-JWT VC */
  signing: IssuerKey
  /** eddsa-rdfc-2022 */
  ed25519: Ed25519Key
  /** bbs-2023 */
  bls: BlsKey
  /** mdoc */
  documents: DocumentSigner
}

export interface IssueRequest extends CredentialContent {
  format: CredentialFormat
  issuer: IssuingKeys
}

/** `format-not-offered`: the type does not come in it; `claims-not-of-type`: the names that are wrong with their values */
export type IssueFailure =
  | { code: 'format-not-offered'; offered: readonly CredentialFormat[] }
  | { code: 'claims-not-of-type'; names: readonly string[] }

/** An object for the W3C forms, text for the others: what OpenID4VCI 1.0 appendix A has as `credential`. */
export type IssuedCredential = SignedCredential | string

export async function issueCredential(
  request: IssueRequest,
): Promise<Result<IssuedCredential, IssueFailure>> {
  const { format, issuer, ...content } = request
  const { type } = content
  if (!type.formats.includes(format)) return err({ code: 'format-not-offered', offered: type.formats })
  const claims = zClaimsOf(type).safeParse(content.claims)
  if (!claims.success) {
    const names = claims.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys : issue.path.map(String),
    )
    return err({ code: 'claims-not-of-type', names })
  }
  switch (format) {
    case 'ecdsa-sd-2023':
      return ok(await issueSdLdp(content, issuer.signing))
    case 'dc+sd-jwt':
      return ok(await issueSdJwt(content, issuer.signing))
    case 'eddsa-rdfc-2022':
      return ok(await issueEddsaLdp(content, issuer.ed25519))
    case 'bbs-2023':
      return ok(await issueBbsLdp(content, issuer.bls))
    case 'mso_mdoc':
      return ok(await (await import('./mdoc/issue-mdoc.ts')).issueMdoc(content, issuer.documents))
  }
}
