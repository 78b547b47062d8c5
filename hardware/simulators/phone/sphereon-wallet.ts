/**
 * The phone's second library, for `ldp_vc`: Sphereon's OpenID4VCI client, an implementation of its own.
 * It does not verify what it receives, so the phone does, with @digitalbazaar, as it also derives and presents.
 */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite as rdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import { createDiscloseCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite'
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey'
import * as vc from '@digitalbazaar/vc'
import { OpenID4VCIClientV1_0_15 } from '@sphereon/oid4vci-client'
import { Alg, type Jwt } from '@sphereon/oid4vci-common'
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose'
import { z } from 'zod'
import { documentLoader } from './document-loader.ts'
import { askedOf, writeAnswer, type ReadRequest } from './request.ts'

const zCredential = z.looseObject({
  type: z.array(z.string()),
  credentialSubject: z.looseObject({ id: z.string() }),
})
type Credential = z.infer<typeof zCredential>

const zAnswer = z.object({ credentials: z.tuple([z.object({ credential: zCredential })]) })

export interface SphereonWallet {
  /** @param accessToken a token that is already there; without it the offer's code is redeemed here */
  receive(offer: string, id: string, grant: { accessToken: string } | { txCode: string }): Promise<string>
  present(request: ReadRequest, now: number): Promise<string>
}

/** @returns an empty wallet with a fresh P-256 key */
export async function openSphereonWallet(): Promise<SphereonWallet> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const publicJwk = { kty: 'EC', crv: 'P-256', x: z.string().parse(jwk.x), y: z.string().parse(jwk.y) }
  let held: Credential | undefined

  return {
    async receive(offer, id, grant) {
      const opened = await OpenID4VCIClientV1_0_15.fromURI({ uri: offer, clientId: 'phone', alg: Alg.ES256 })
      const client =
        'accessToken' in grant
          ? await OpenID4VCIClientV1_0_15.fromState({
              state: {
                ...opened.state,
                accessTokenResponse: { access_token: grant.accessToken, token_type: 'Bearer' },
              },
            })
          : opened
      if ('txCode' in grant) await client.acquireAccessToken({ pin: grant.txCode })
      const answer = await client.acquireCredentials({
        credentialConfigurationId: id,
        format: 'ldp_vc',
        alg: Alg.ES256,
        jwk: publicJwk,
        proofCallbacks: { signCallback: (jwt: Jwt) => signProof(jwt, jwk) },
      })
      const { credential } = zAnswer.parse(answer).credentials[0]
      await verifyWhole(credential)
      held = credential
      return id
    },

    async present(request, now) {
      if (!held) throw new Error('the wallet holds no W3C credential')
      const { id, claims } = askedOf(request, 'ldp_vc')
      const derived = await derive(held, claims)
      const key = await holderKey(jwk, held.credentialSubject.id)
      const presentation = await vc.signPresentation({
        presentation: {
          '@context': ['https://www.w3.org/ns/credentials/v2'],
          type: ['VerifiablePresentation'],
          verifiableCredential: [derived],
        },
        suite: new DataIntegrityProof({
          signer: key.signer(),
          date: `${new Date(now).toISOString().slice(0, 19)}Z`,
          cryptosuite: rdfc,
        }),
        challenge: request.nonce,
        domain: request.clientId,
        documentLoader,
      })
      return writeAnswer(request, id, presentation)
    },
  }
}

async function signProof(jwt: Jwt, jwk: JWK): Promise<string> {
  const payload = Object.fromEntries(Object.entries(jwt.payload).filter(([, value]) => value !== undefined))
  const header = { typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: z.looseObject({}).parse(jwt.header.jwk) }
  return new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(jwk, 'ES256'))
}

/** A base proof is for the holder only, so the phone derives everything from it and verifies that. */
async function verifyWhole(credential: Credential): Promise<void> {
  const names = Object.keys(credential.credentialSubject).filter((name) => name !== 'id')
  const result = await vc.verifyCredential({
    credential: await derive(credential, names),
    suite: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
    documentLoader,
    checkStatus: async () => ({ verified: true }),
  })
  if (!result.verified) throw new Error('the credential does not verify')
}

async function derive(credential: Credential, claims: string[]): Promise<object> {
  const selectivePointers = claims.map((name) => `/credentialSubject/${name}`)
  const suite = new DataIntegrityProof({ cryptosuite: createDiscloseCryptosuite({ selectivePointers }) })
  return vc.derive({ verifiableCredential: credential, suite, documentLoader })
}

/** @throws if the credential was issued to another key than the phone's */
async function holderKey(jwk: JWK, subject: string): Promise<EcdsaMultikey.KeyPair> {
  const pair = await EcdsaMultikey.fromJwk({ jwk: { ...jwk, key_ops: ['sign'] }, secretKey: true })
  const did = `did:key:${pair.publicKeyMultibase}`
  if (did !== subject) throw new Error('the credential is bound to another key')
  return EcdsaMultikey.from({
    type: 'Multikey',
    id: `${did}#${pair.publicKeyMultibase}`,
    controller: did,
    publicKeyMultibase: pair.publicKeyMultibase,
    ...(pair.secretKeyMultibase !== undefined && { secretKeyMultibase: pair.secretKeyMultibase }),
  })
}
