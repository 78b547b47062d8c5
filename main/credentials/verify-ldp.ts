/** Judging an `ldp_vc` presentation: a credential that its holder derived, in a presentation that the holder signed. */
import { DataIntegrityProof, type AnyCryptosuite } from '@digitalbazaar/data-integrity'
import { cryptosuite as rdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import jsigs from 'jsonld-signatures'
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { eddsaSuite } from './eddsa-suite.ts'
import { documentLoader } from './document-loader.ts'
import { sdVerifySuite } from './sd-suite.ts'
import { loaderFor, type TrustedIssuers, type TrustedKey } from './trusted-issuers.ts'
import {
  checkBinding,
  checkDates,
  checkExtent,
  type CheckedPresentation,
  type VerifyContext,
} from './verify-context.ts'
import {
  zDerivedCredential,
  zLdpPresentation,
  type DerivedCredential,
  type ShownCryptosuite,
} from './z-presentation.ts'
import { statusPlace } from './z-status.ts'

const badSignature: Failure = { code: 'presentation.bad-signature' }

/** Dates and status have checks of their own, which say what is wrong. */
const statusIsJudgedLater = async () => ({ verified: true })

/**
 * @param presentation the VP as parsed JSON
 * @returns exactly the claims that were asked for; every `presentation.*` code but `revoked`
 */
export async function verifyLdp(
  presentation: unknown,
  context: VerifyContext,
): Promise<Result<CheckedPresentation, Failure>> {
  const parsed = zLdpPresentation.safeParse(presentation)
  if (!parsed.success) return err({ code: 'presentation.unreadable', detail: { part: 'presentation' } })
  const { holder, proof, verifiableCredential } = parsed.data
  const credential = Array.isArray(verifiableCredential) ? verifiableCredential[0] : verifiableCredential

  const credentialGood = await verifyDerived(credential, context.trustedIssuers)
  if (credentialGood.isErr()) return err(credentialGood.error)
  const { key } = credentialGood.value
  const bound = checkBinding(
    { nonce: proof.challenge, audience: proof.domain, at: Date.parse(proof.created) },
    context,
  )
  if (bound.isErr()) return err(bound.error)
  const [signer] = proof.verificationMethod.split('#')
  const subject = credential.credentialSubject.id
  if (signer !== subject || (holder !== undefined && holder !== subject)) {
    return err({ code: 'presentation.holder-mismatch', detail: { reason: 'subject' } })
  }
  // The credential in it was judged above: here only who signed it together, for what and for whom.
  const { verified } = await jsigs.verify(
    // The schema's own copy: what was looked at is what is verified.
    parsed.data,
    {
      suite: new DataIntegrityProof({ cryptosuite: rdfc }),
      purpose: new jsigs.purposes.AuthenticationProofPurpose({
        challenge: context.asked.nonce,
        domain: context.asked.clientId,
      }),
      documentLoader,
    },
  )
  if (!verified) return err({ code: 'presentation.holder-mismatch', detail: { reason: 'signature' } })
  const dates = checkDates(Date.parse(credential.validFrom), Date.parse(credential.validUntil), context.now)
  if (dates.isErr()) return err(dates.error)
  const { id: _id, ...disclosed } = credential.credentialSubject
  const extent = checkExtent(disclosed, context.asked.claims)
  if (extent.isErr()) return err(extent.error)
  return ok({
    claims: extent.value,
    issuer: credential.issuer,
    holder: subject,
    status: statusPlace(credential.credentialStatus),
    ...(key.origin && { trust: key.origin }),
  })
}

/**
 * The issuer's signature on what a holder shows; a base proof, which is for the holder alone, is none. Says nothing of
 * dates, status or who shows it.
 * @returns the credential, and the issuer's key that it is believed by
 * `presentation.unreadable`, `presentation.bad-signature`, and the failures of `TrustedIssuers.keyFor`
 */
export async function verifyDerived(
  credential: unknown,
  trustedIssuers: TrustedIssuers,
): Promise<Result<{ credential: DerivedCredential; key: TrustedKey }, Failure>> {
  const parsed = zDerivedCredential.safeParse(credential)
  if (!parsed.success) return err({ code: 'presentation.unreadable', detail: { part: 'credential' } })
  const { issuer, proof, validFrom } = parsed.data
  const keyId = proof.verificationMethod
  const key = trustedIssuers.keyFor({ issuer, keyId, signedAt: new Date(validFrom) })
  if (key.isErr()) return err(key.error)
  const { verified } = await vc.verifyCredential({
    credential: parsed.data,
    suite: new DataIntegrityProof({ cryptosuite: await suiteFor(proof.cryptosuite) }),
    documentLoader: loaderFor(key.value),
    now: new Date(validFrom),
    checkStatus: statusIsJudgedLater,
  })
  return verified ? ok({ credential: parsed.data, key: key.value }) : err(badSignature)
}

/** Of the two that disclose a part: verifies derived proofs, never base ones. */
export async function suiteFor(cryptosuite: ShownCryptosuite): Promise<AnyCryptosuite> {
  switch (cryptosuite) {
    case 'ecdsa-sd-2023':
      return sdVerifySuite
    case 'eddsa-rdfc-2022':
      return eddsaSuite
    case 'bbs-2023':
      return (await import('@digitalbazaar/bbs-2023-cryptosuite')).createVerifyCryptosuite()
  }
}
