/** What the issuer offers, in the words of OpenID4VCI 1.0 §12.2 and RFC 8414. */
import { preAuthorizedCodeGrantIdentifier, type Oauth2AuthorizationServer } from '@openid4vc/oauth2'
import { Openid4vciVersion, type IssuerMetadataResult, type Openid4vciIssuer } from '@openid4vc/openid4vci'
import type { IssuerKey } from '../../../main/credentials/keys.ts'
import { batchSize } from './credential-request.ts'
import { requestEncryption, responseEncryption } from './encryption.ts'
import { configurations, type Configuration } from './configurations.ts'

export const proofAlgorithms = ['ES256']

const proofs = {
  cryptographic_binding_methods_supported: ['jwk', 'did:jwk', 'did:key'],
  proof_types_supported: { jwt: { proof_signing_alg_values_supported: proofAlgorithms } },
}

/** What a wallet is told of one of them (OpenID4VCI 1.0 §12.2.4 and appendix A). */
function described({ type, format }: Configuration) {
  const about = (...before: string[]) => ({
    display: [{ name: type.title, locale: 'en' }],
    claims: Object.keys(type.claims).map((name) => ({ path: [...before, name] })),
  })
  switch (format) {
    case 'dc+sd-jwt':
      return {
        format,
        scope: 'foundational_sd_jwt',
        vct: type.vct,
        credential_signing_alg_values_supported: ['ES256'],
        credential_metadata: about(),
        ...proofs,
      }
    case 'mso_mdoc':
      return {
        format,
        scope: 'foundational_mdoc',
        doctype: type.doctype,
        // COSE's name of ES256
        credential_signing_alg_values_supported: [-7],
        credential_metadata: about(type.namespace),
        ...proofs,
        cryptographic_binding_methods_supported: ['jwk', 'cose_key'],
      }
    case 'ecdsa-sd-2023':
    case 'eddsa-rdfc-2022':
    case 'bbs-2023':
      return {
        format: 'ldp_vc',
        scope: format === 'ecdsa-sd-2023' ? 'foundational_ldp' : `foundational_ldp_${format}`,
        credential_signing_alg_values_supported: [format],
        credential_definition: {
          '@context': ['https://www.w3.org/ns/credentials/v2'],
          type: ['VerifiableCredential', type.vcdmType],
        },
        credential_metadata: about('credentialSubject'),
        ...proofs,
      }
  }
}

/** @param url the issuer's own @param asking to which wallets may encrypt @returns the credential issuer's metadata */
export function credentialIssuerMetadata(url: string, asking: IssuerKey) {
  return {
    credential_issuer: url,
    authorization_servers: [url],
    credential_endpoint: `${url}/oid4vci/credential`,
    nonce_endpoint: `${url}/oid4vci/nonce`,
    deferred_credential_endpoint: `${url}/oid4vci/deferred`,
    notification_endpoint: `${url}/oid4vci/notification`,
    batch_credential_issuance: { batch_size: batchSize },
    credential_request_encryption: requestEncryption(asking),
    credential_response_encryption: responseEncryption,
    display: [{ name: 'Bhutan ID reference issuer', locale: 'en' }],
    credential_configurations_supported: Object.fromEntries(
      configurations.map((one) => [one.id, described(one)]),
    ),
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
export function issuerMetadata(
  url: string,
  asking: IssuerKey,
  issuer: Openid4vciIssuer,
  server: Oauth2AuthorizationServer,
) {
  const credentialIssuer = issuer.createCredentialIssuerMetadata(credentialIssuerMetadata(url, asking))
  return {
    originalDraftVersion: Openid4vciVersion.V1,
    credentialIssuer,
    authorizationServers: [server.createAuthorizationServerMetadata(authorizationServerMetadata(url))],
    knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(credentialIssuer),
  } satisfies IssuerMetadataResult
}
