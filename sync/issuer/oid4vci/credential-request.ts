/** What a wallet asks for (OpenID4VCI 1.0 §8.2), also in the words of drafts that wallets in the field still speak. */
import { Oauth2ErrorCodes } from '@openid4vc/oauth2'
import type { IssuerMetadataResult, Openid4vciIssuer } from '@openid4vc/openid4vci'
import { refusal } from './holder-proof.ts'
import { configurationIds, configurationOf, type ConfigurationId } from './configurations.ts'

/** Keys that one request may name, each for a credential of its own. */
export const batchSize = 5

/** @throws Oauth2ServerErrorResponseError `invalid_credential_request`, `unknown_credential_configuration`, `unknown_credential_identifier`, `invalid_proof` */
export function readCredentialRequest(
  body: unknown,
  issuer: Openid4vciIssuer,
  issuerMetadata: IssuerMetadataResult,
) {
  // How the answer is encrypted is read elsewhere; the library knows it in the words of a draft only.
  const { credential_response_encryption: _encryption, ...asked }: Record<string, unknown> = Object(body)
  const id = asked['credential_configuration_id']
  if (id !== undefined && asked['credential_identifier'] !== undefined)
    throw refusal(Oauth2ErrorCodes.InvalidCredentialRequest)
  // The library would call an unknown configuration `invalid_credential_request`.
  if (typeof id === 'string' && !isOurs(id)) throw refusal(Oauth2ErrorCodes.UnknownCredentialConfiguration)
  const parsed = issuer.parseCredentialRequest({ credentialRequest: asked, issuerMetadata })
  if (parsed.credentialIdentifier !== undefined) throw refusal(Oauth2ErrorCodes.UnknownCredentialIdentifier)
  const wanted = parsed.credentialConfigurationId ?? idOfFormat(parsed.credentialRequest.format)
  if (wanted === undefined || !isOurs(wanted)) throw refusal(Oauth2ErrorCodes.InvalidCredentialRequest)
  const jwts = parsed.proofs?.jwt ?? []
  if (jwts.length === 0 || jwts.length > batchSize) throw refusal(Oauth2ErrorCodes.InvalidProof)
  return { wanted, jwts }
}

const isOurs = (id: string): id is ConfigurationId => configurationOf(id) !== undefined

function idOfFormat(format: unknown): string | undefined {
  return format === 'ldp_vc' || format === 'dc+sd-jwt' || format === 'mso_mdoc'
    ? configurationIds[format]
    : undefined
}
