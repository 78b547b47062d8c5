/**
 * The phone's first library: Credo, what Bhutan's own agents are built on. It speaks OpenID4VCI 1.0, verifies
 * what it is given, keeps it, and presents parts of it. Keys and records live in memory.
 */
import {
  Agent,
  ConsoleLogger,
  InjectionSymbols,
  Kms,
  LogLevel,
  SdJwtVcRecord,
  type DependencyManager,
  type SdJwtVc,
} from '@credo-ts/core'
import { agentDependencies, NodeInMemoryKeyManagementStorage, NodeKeyManagementService } from '@credo-ts/node'
import { OpenId4VcModule, type OpenId4VciResolvedCredentialOffer } from '@credo-ts/openid4vc'
import { z } from 'zod'
import { loopbackFetch } from './loopback-fetch.ts'
import { MemoryStorage } from './memory-storage.ts'
import { askedOf, writeAnswer, type ReadRequest } from './request.ts'

export interface OpenedOffer {
  offer: OpenId4VciResolvedCredentialOffer
  /** configuration ids by format */
  configurations: { id: string; format: string }[]
}

export interface CredoWallet {
  open(offer: string): Promise<OpenedOffer>
  redeem(opened: OpenedOffer, txCode: string): Promise<string>
  receive(opened: OpenedOffer, accessToken: string, ids: string[]): Promise<string[]>
  present(request: ReadRequest, now: number): Promise<string>
  close(): Promise<void>
}

/** @returns a running agent with an empty wallet */
export async function openCredoWallet(): Promise<CredoWallet> {
  const agent = new Agent({
    config: {
      logger: new ConsoleLogger(LogLevel.off),
      allowInsecureHttpUrls: true,
      autoUpdateStorageOnStartup: true,
    },
    dependencies: { ...agentDependencies, fetch: loopbackFetch },
    modules: {
      storage: {
        register: (dependencies: DependencyManager) =>
          dependencies.registerInstance(InjectionSymbols.StorageService, new MemoryStorage()),
      },
      openid4vc: new OpenId4VcModule(),
      kms: new Kms.KeyManagementModule({
        backends: [new NodeKeyManagementService(new NodeInMemoryKeyManagementStorage())],
      }),
    },
  })
  await agent.initialize()
  const { holder } = agent.openid4vc

  return {
    async open(text) {
      const offer = await holder.resolveCredentialOffer(text)
      const configurations = Object.entries(offer.offeredCredentialConfigurations)
      return { offer, configurations: configurations.map(([id, { format }]) => ({ id, format })) }
    },

    async redeem({ offer }, txCode) {
      const token = await holder.requestToken({ resolvedCredentialOffer: offer, txCode })
      return token.accessToken
    },

    async receive({ offer }, accessToken, ids) {
      const { credentials } = await holder.requestCredentials({
        resolvedCredentialOffer: offer,
        accessToken,
        credentialConfigurationIds: ids,
        credentialBindingResolver: async () => {
          const { publicJwk } = await agent.kms.createKey({ type: { kty: 'EC', crv: 'P-256' } })
          return { method: 'jwk', keys: [Kms.PublicJwk.fromPublicJwk(publicJwk)] }
        },
      })
      for (const { record } of credentials) {
        if (!(record instanceof SdJwtVcRecord)) throw new Error('not an SD-JWT VC')
        assertEveryDisclosureCounts(record.firstCredential)
        await agent.sdJwtVc.store({ record })
      }
      return credentials.map(({ credentialConfigurationId }) => credentialConfigurationId)
    },

    // Credo itself reads the request and finds what answers it; only the way back, a QR, is not in it.
    async present(request, now) {
      const { dcql, authorizationRequestPayload, verifier } =
        await holder.resolveOpenId4VpAuthorizationRequest(request.text)
      const { id, claims } = askedOf(request, 'dc+sd-jwt')
      if (!dcql?.queryResult.credential_matches[id]?.success)
        throw new Error('the wallet has nothing to answer with')
      const [chosen] = holder.selectCredentialsForDcqlRequest(dcql.queryResult)[id] ?? []
      if (!(chosen?.credentialRecord instanceof SdJwtVcRecord)) throw new Error('not an SD-JWT VC')
      const presentation = await agent.sdJwtVc.present({
        sdJwtVc: chosen.credentialRecord.firstCredential,
        presentationFrame: Object.fromEntries(claims.map((name) => [name, true])),
        verifierMetadata: {
          audience: verifier.effectiveClientId,
          nonce: z.string().parse(authorizationRequestPayload.nonce),
          issuedAt: Math.floor(now / 1000),
        },
      })
      return writeAnswer(request, id, presentation)
    },

    close: () => agent.shutdown(),
  }
}

/**
 * Credo 0.6.3 passes over a disclosure that no signed digest names, where RFC 9901 §7.1 step 5 has it refused:
 * a claim that was changed on the way would just be missing later, when a verifier asks for it.
 */
function assertEveryDisclosureCounts({ compact, payload, prettyClaims }: SdJwtVc): void {
  const sent = compact.split('~').length - 2
  const counted = Object.keys(prettyClaims).filter((name) => !Object.hasOwn(payload, name)).length
  if (sent !== counted) throw new Error('a disclosure of the credential does not verify')
}
