/** What a wallet does with the W3C form: keep the base credential, and show a part of it under a derived proof. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { createDiscloseCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { documentLoader } from './document-loader.ts'
import { deriveFromTemplates } from './sd-derive.ts'
import type { ClaimName } from './z-foundational.ts'
import { zDerivedCredential, type DerivedCredential } from './z-presentation.ts'

/**
 * @param credential base credential as issued
 * @param claims to disclose; the mandatory parts come along
 * @throws if it has no base proof of ecdsa-sd-2023 or bbs-2023, or lacks one of the claims
 */
export async function deriveCredential(
  credential: object,
  claims: readonly ClaimName[],
): Promise<DerivedCredential> {
  const ready = await deriveFromTemplates(credential, claims)
  if (ready) return zDerivedCredential.parse(ready)
  const selectivePointers = claims.map((name) => `/credentialSubject/${name}`)
  const suite = new DataIntegrityProof({ cryptosuite: await discloseSuite(credential, selectivePointers) })
  return zDerivedCredential.parse(
    await vc.derive({ verifiableCredential: credential, suite, documentLoader }),
  )
}

async function discloseSuite(credential: object, selectivePointers: string[]) {
  if (Object(credential).proof?.cryptosuite !== 'bbs-2023')
    return createDiscloseCryptosuite({ selectivePointers })
  const bbs = await import('@digitalbazaar/bbs-2023-cryptosuite')
  return bbs.createDiscloseCryptosuite({ selectivePointers })
}
