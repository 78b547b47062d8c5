/** The formats that are no JSON-LD; both are shown with a signature of the phone, which is made and checked with them. */
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { sha256Hasher, signEs256 } from '../../main/credentials/es256.ts'
import { issueSdJwt } from '../../main/credentials/issue-sd-jwt.ts'
import { generateIssuerKey } from '../../main/credentials/keys.ts'
import { issueMdoc } from '../../main/credentials/mdoc/issue-mdoc.ts'
import { verifyMdoc } from '../../main/credentials/mdoc/verify-mdoc.ts'
import { createPresentationRequest } from '../../main/credentials/presentation-request.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifySdJwt } from '../../main/credentials/verify-sd-jwt.ts'
import { documentsOf, makeDocuments } from '../../sync/issuer/document-signer.ts'
import { presentMdoc } from '../unit/credentials/mdoc-wallet.ts'
import type { Calls } from './credential-calls.ts'
import { contentOf, shown } from './credential-content.ts'

const now = new Date('2026-03-01T06:00:00Z')
const asked = createPresentationRequest({
  ...{ id: 'bench', claims: shown, clock: { now: () => now.getTime() } },
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
})

export const otherFormats: Record<string, () => Promise<Calls>> = {
  'dc+sd-jwt': async () => {
    const [issuer, holder] = [await generateIssuerKey(), await generateIssuerKey()]
    const content = await contentOf(holder)
    const context = { asked, trustedIssuers: trustDids([issuer.did]), now }
    const wallet = new SDJwtVcInstance({
      ...{ hasher: sha256Hasher, kbSignAlg: 'ES256' },
      kbSigner: (data) => signEs256(data, holder.privateJwk),
    })
    const { nonce, clientId: aud } = asked
    const kb = { payload: { iat: Math.floor(now.getTime() / 1000), aud, nonce } }
    const picked = Object.fromEntries(shown.map((name) => [name, true]))
    return {
      issue: () => issueSdJwt(content, issuer),
      derive: (issued) => wallet.present(String(issued), picked, { kb }),
      verify: async (presentation) => (await verifySdJwt(String(presentation), context)).isOk(),
    }
  },
  mso_mdoc: async () => {
    const holder = await generateIssuerKey()
    const content = await contentOf(holder)
    const documents = documentsOf(await makeDocuments(undefined, content.validFrom.getTime()))
    const roots = [{ did: 'did:key:zDnIssuer', certificate: documents.root }]
    const context = { asked, trustedIssuers: trustDids([], roots), now }
    return {
      issue: () => issueMdoc(content, documents),
      derive: (issued) => presentMdoc(String(issued), holder, asked),
      verify: async (response) => (await verifyMdoc(String(response), context)).isOk(),
    }
  },
}
