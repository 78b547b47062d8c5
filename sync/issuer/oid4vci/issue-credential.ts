/** The credential itself, in the format that was asked for. */
import { issueCredential as issue, type IssuedCredential } from '../../../main/credentials/issue.ts'
import { issuedClaims } from '../../../main/credentials/issued-claims.ts'
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { IssuerKeys } from '../keys.ts'
import { configurationOf, type ConfigurationId } from './configurations.ts'
import type { Holder } from './z-offer.ts'

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

/** @throws if the metadata offers no such configuration: the request was read by it */
export async function issueCredential(
  wanted: ConfigurationId,
  options: IssueOptions,
): Promise<IssuedCredential> {
  const { claims, statusIndex, holder, keys, statusListUrl, now } = options
  const configuration = configurationOf(wanted)
  if (!configuration) throw new TypeError(`no configuration ${wanted}`)
  // What is valid from now must not be from the future for a phone whose clock is a little behind.
  const validFrom = new Date(now - 60_000)
  const issued = await issue({
    type: configuration.type,
    format: configuration.format,
    claims: issuedClaims(claims, validFrom),
    holder: { jwk: holder.jwk, ...(holder.did && { did: holder.did }) },
    issuer: { ...keys, signing: keys.credentials.current() },
    status: { listUrl: statusListUrl, index: statusIndex },
    validFrom,
    validUntil: new Date(now + validityDays * 86_400_000),
  })
  if (issued.isErr()) throw new TypeError(`not issued: ${issued.error.code}`)
  return issued.value
}
