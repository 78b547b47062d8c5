/** A wallet of a few lines that shows elements of an mdoc, right or wrong. */
import {
  CoseKey,
  DeviceRequest,
  DeviceResponse,
  DocRequest,
  IssuerSigned,
  ItemsRequest,
  SessionTranscript,
  SignatureAlgorithm,
} from '@owf/mdoc'
import { foundationalId } from '../../../main/credentials/foundational-id.ts'
import type { IssuerKey } from '../../../main/credentials/keys.ts'
import { mdocContext } from '../../../main/credentials/mdoc/mdoc-context.ts'
import type { AskedPresentation } from '../../../main/credentials/presentation-request.ts'

export interface MdocAnswer {
  show?: readonly string[]
  nonce?: string
  audience?: string
  /** of the document that is asked for of the library; what was issued says its own */
  doctype?: string
}

/** @param issued `IssuerSigned`, base64url @returns DeviceResponse, base64url */
export async function presentMdoc(
  issued: string,
  holder: IssuerKey,
  asked: AskedPresentation,
  wish: MdocAnswer = {},
): Promise<string> {
  const { show = asked.claims, nonce = asked.nonce, audience = asked.clientId } = wish
  const { doctype = foundationalId.doctype } = wish
  const namespaces = { [foundationalId.namespace]: Object.fromEntries(show.map((name) => [name, false])) }
  const itemsRequest = ItemsRequest.create({ docType: doctype, namespaces })
  const session = { clientId: audience, nonce, responseUri: asked.redirectUri }
  const signingKey = CoseKey.fromJwk({ ...holder.privateJwk, alg: 'ES256' })
  if (signingKey.algorithm !== SignatureAlgorithm.ES256) throw new TypeError('key')
  const response = await DeviceResponse.createWithDeviceRequest(
    {
      deviceRequest: DeviceRequest.create({ docRequests: [DocRequest.create({ itemsRequest })] }),
      sessionTranscript: await SessionTranscript.forOid4Vp(session, mdocContext),
      issuerSigned: [IssuerSigned.fromEncodedForOid4Vci(issued)],
      signature: { signingKey },
    },
    mdocContext,
  )
  return response.encodedForOid4Vp
}
