/** What the issuer offers, in the words of OpenID4VCI 1.0 §12.2 and RFC 8414. */
import { preAuthorizedCodeGrantIdentifier, type Oauth2AuthorizationServer } from '@openid4vc/oauth2'
import { Openid4vciVersion, type IssuerMetadataResult, type Openid4vciIssuer } from '@openid4vc/openid4vci'
import { foundationalType, foundationalVct } from '../../../main/credentials/z-foundational.ts'

export const configurationIds = {
  ldp_vc: 'FoundationalId_ldp_vc',
  'dc+sd-jwt': 'FoundationalId_dc_sd-jwt',
} as const
export type ConfigurationId = (typeof configurationIds)[keyof typeof configurationIds]

export const proofAlgorithms = ['ES256']

const proofs = {
  cryptographic_binding_methods_supported: ['jwk', 'did:jwk', 'did:key'],
  proof_types_supported: { jwt: { proof_signing_alg_values_supported: proofAlgorithms } },
}
const display = [{ name: 'Foundational ID', locale: 'en' }]

/** @param url the issuer's own @returns the credential issuer's metadata */
export function credentialIssuerMetadata(url: string) {
  return {
    credential_issuer: url,
    authorization_servers: [url],
    credential_endpoint: `${url}/oid4vci/credential`,
    nonce_endpoint: `${url}/oid4vci/nonce`,
    display: [{ name: 'Bhutan ID reference issuer', locale: 'en' }],
    credential_configurations_supported: {
      [configurationIds.ldp_vc]: {
        format: 'ldp_vc',
        scope: 'foundational_ldp',
        credential_signing_alg_values_supported: ['ecdsa-sd-2023'],
        credential_definition: {
          '@context': ['https://www.w3.org/ns/credentials/v2'],
          type: ['VerifiableCredential', foundationalType],
        },
        credential_metadata: { display },
        ...proofs,
      },
      [configurationIds['dc+sd-jwt']]: {
        format: 'dc+sd-jwt',
        scope: 'foundational_sd_jwt',
        vct: foundationalVct,
        credential_signing_alg_values_supported: ['ES256'],
        credential_metadata: { display },
        ...proofs,
      },
    },
  }
}

/** @returns the authorization server's metadata */
export function authorizationServerMetadata(url: string) {
  return {
    issuer: url,
    token_endpoint: `${url}/oid4vci/token`,
    jwks_uri: `${url}/oid4vci/jwks`,
    response_types_supported: ['none'],
    grant_types_supported: [preAuthorizedCodeGrantIdentifier],
    'pre-authorized_grant_anonymous_access_supported': true,
    token_endpoint_auth_methods_supported: ['none'],
  }
}

/** Both, checked by the library, in the form in which it wants them back. */
export function issuerMetadata(url: string, issuer: Openid4vciIssuer, server: Oauth2AuthorizationServer) {
  const credentialIssuer = issuer.createCredentialIssuerMetadata(credentialIssuerMetadata(url))
  return {
    originalDraftVersion: Openid4vciVersion.V1,
    credentialIssuer,
    authorizationServers: [server.createAuthorizationServerMetadata(authorizationServerMetadata(url))],
    knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(credentialIssuer),
  } satisfies IssuerMetadataResult
}
