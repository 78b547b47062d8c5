/** What a wallet asks for (OpenID4VCI 1.0 §8.2), also in the words of drafts that wallets in the field still speak. */
import { Oauth2ErrorCodes } from '@openid4vc/oauth2'
import type { IssuerMetadataResult, Openid4vciIssuer } from '@openid4vc/openid4vci'
import { refusal } from './holder-proof.ts'
import { configurationIds, configurationOf, type ConfigurationId } from './configurations.ts'

/** @throws Oauth2ServerErrorResponseError `invalid_credential_request`, `unknown_credential_configuration`, `unknown_credential_identifier`, `invalid_proof` */
export function readCredentialRequest(
  body: unknown,
  issuer: Openid4vciIssuer,
  issuerMetadata: IssuerMetadataResult,
) {
  const asked: Record<string, unknown> = Object(body)
  const id = asked['credential_configuration_id']
  // The library would call an unknown configuration `invalid_credential_request`.
  if (typeof id === 'string' && !isOurs(id)) throw refusal(Oauth2ErrorCodes.UnknownCredentialConfiguration)
  const parsed = issuer.parseCredentialRequest({ credentialRequest: asked, issuerMetadata })
  if (parsed.credentialIdentifier !== undefined) throw refusal(Oauth2ErrorCodes.UnknownCredentialIdentifier)
  const wanted = parsed.credentialConfigurationId ?? idOfFormat(parsed.credentialRequest.format)
  if (wanted === undefined || !isOurs(wanted)) throw refusal(Oauth2ErrorCodes.InvalidCredentialRequest)
  const [jwt, ...more] = parsed.proofs?.jwt ?? []
  // One key a request: the metadata does not offer batches.
  if (jwt === undefined || more.length > 0) throw refusal(Oauth2ErrorCodes.InvalidProof)
  return { wanted, jwt, parsed }
}

const isOurs = (id: string): id is ConfigurationId => configurationOf(id) !== undefined

function idOfFormat(format: unknown): string | undefined {
  return format === 'ldp_vc' || format === 'dc+sd-jwt' || format === 'mso_mdoc'
    ? configurationIds[format]
    : undefined
}
