/** The credential itself, in the format that was asked for. */
import { issueFoundationalLdp } from '../../../main/credentials/issue-ldp.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { IssuerKeys } from '../keys.ts'
import type { Holder } from './holder-proof.ts'
import { configurationIds, type ConfigurationId } from './metadata.ts'

const validityDays = 365

interface IssueOptions {
  claims: FoundationalClaims
  statusIndex: number
  holder: Holder
  keys: IssuerKeys
  statusListUrl: string
  /** ms */
  now: number
}

export async function issueCredential(wanted: ConfigurationId, options: IssueOptions) {
  const { claims, statusIndex, holder, keys, statusListUrl, now } = options
  const issue = {
    claims,
    holderJwk: holder.jwk,
    issuerKey: keys.signing,
    status: { listUrl: statusListUrl, index: statusIndex },
    // What is valid from now must not be from the future for a phone whose clock is a little behind.
    validFrom: new Date(now - 60_000),
    validUntil: new Date(now + validityDays * 86_400_000),
  }
  return wanted === configurationIds.ldp_vc
    ? issueFoundationalLdp({ ...issue, ...(holder.did && { holderDid: holder.did }) })
    : issueFoundationalSdJwt(issue)
}
