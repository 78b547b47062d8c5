/** What is measured of each way to make and judge a credential: three calls; the ones beside it, in their own files. */
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { signatureCalls } from './signature-calls.ts'
import { otherFormats } from './credential-calls-other.ts'
import { blsSigner, generateBlsKey } from '../../main/credentials/bls.ts'
import { deriveCredential } from '../../main/credentials/derive.ts'
import { ed25519Signer, generateEd25519Key } from '../../main/credentials/ed25519.ts'
import {
  issueBbsLdp,
  issueEddsaLdp,
  issueFoundationalLdp,
  type SignedCredential,
} from '../../main/credentials/issue-ldp.ts'
import { generateIssuerKey } from '../../main/credentials/keys.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyDerived } from '../../main/credentials/verify-ldp.ts'
import { mandatoryPointers } from '../../main/credentials/z-foundational.ts'
import { naiveDerive, naiveIssue, naiveIssueBy, naiveVerify } from '../fixtures/naive-library.ts'
import { contentOf, optionsOf, shown } from './credential-content.ts'

export interface Calls {
  issue(): Promise<unknown>
  /** what a wallet shows of what was issued; absent where it shows the whole */
  derive?(issued: unknown): Promise<unknown>
  /** @returns whether it is good */
  verify(shown: unknown): Promise<boolean>
}

/** The product's verifier, and who it believes. */
function judging(did: string) {
  const trusted = trustDids([did])
  return async (derived: unknown) => (await verifyDerived(derived, trusted)).isOk()
}
const derive = (issued: unknown) => deriveCredential(Object(issued), shown)
export const naively = (format: string) => `${format}, library called naively`

/** Keys are there before the first call, as they are in an issuer that has started. */
export const calls: Record<string, () => Promise<Calls>> = {
  'ecdsa-sd-2023': async () => {
    const options = await withKey()
    return { issue: () => issueFoundationalLdp(options), derive, verify: judging(options.issuerKey.did) }
  },
  [naively('ecdsa-sd-2023')]: async () => {
    const options = await withKey()
    return {
      issue: () => naiveIssue(options),
      derive: (issued) => naiveDerive(Object(issued), shown),
      verify: (derived) => naiveVerify(Object(derived), options.validFrom),
    }
  },
  'eddsa-rdfc-2022': async () => {
    const [key, content] = [generateEd25519Key(), await contentOf()]
    return { issue: () => issueEddsaLdp(content, key), verify: judging(key.did) }
  },
  [naively('eddsa-rdfc-2022')]: async () => {
    const [key, options] = [generateEd25519Key(), await optionsOf()]
    return {
      issue: () => naiveIssueBy(options, { did: key.did, signer: ed25519Signer(key), cryptosuite }),
      verify: (issued) => naiveVerify(Object(issued), options.validFrom, cryptosuite),
    }
  },
  'bbs-2023': async () => {
    const [key, content] = [await generateBlsKey(), await contentOf()]
    return {
      issue: (): Promise<SignedCredential> => issueBbsLdp(content, key),
      derive,
      verify: judging(key.did),
    }
  },
  [naively('bbs-2023')]: async () => {
    const [key, options] = [await generateBlsKey(), await optionsOf()]
    const bbs = await import('@digitalbazaar/bbs-2023-cryptosuite')
    return {
      issue: async () =>
        naiveIssueBy(options, {
          ...{ did: key.did, signer: await blsSigner(key), dated: false },
          cryptosuite: bbs.createSignCryptosuite({ mandatoryPointers }),
        }),
      derive: (issued) => naiveDerive(Object(issued), shown, bbs.createDiscloseCryptosuite),
      verify: (derived) => naiveVerify(Object(derived), options.validFrom, bbs.createVerifyCryptosuite()),
    }
  },
  ...otherFormats,
  ...signatureCalls,
}

async function withKey() {
  return { ...(await optionsOf()), issuerKey: await generateIssuerKey() }
}
