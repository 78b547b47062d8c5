/** A wallet of a few lines, for tests of the verifier: it does what it is told, right or wrong. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite as rdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { documentLoader } from '../../../main/credentials/document-loader.ts'
import { sha256Hasher, signEs256 } from '../../../main/credentials/es256.ts'
import { issueFoundationalLdp, type IssueOptions } from '../../../main/credentials/issue-ldp.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import { dataIntegritySigner, generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import {
  createPresentationRequest,
  type AskedPresentation,
} from '../../../main/credentials/presentation-request.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import { createStatusList } from '../../../main/credentials/status-list.ts'
import { createTokenStatusList, tokenListUrl } from '../../../main/credentials/token-status-list.ts'
import { verifyPresentation } from '../../../main/credentials/verify-presentation.ts'
import type { ClaimName, FoundationalClaims } from '../../../main/credentials/z-foundational.ts'

export const listUrl = 'http://127.0.0.1:4000/status/1'
export const noon = Date.parse('2026-03-01T06:00:00Z')

export const claims: FoundationalClaims = {
  fullName: 'Karma Dorji',
  fullNameDzongkha: 'ཀརྨ་རྡོ་རྗེ',
  gender: 'Male',
  dateOfBirth: '1990-02-14',
  idType: 'Citizenship',
  cid: '11503001234',
  citizenship: 'Bhutanese',
  bloodType: 'O+',
  houseNumber: '12',
  thramNumber: '345',
  village: 'Pangtey',
  gewog: 'Chang',
  dzongkhag: 'Thimphu',
}

/** Text of the length of a portrait. */
export const portrait = Buffer.alloc(1_900, 'face').toString('base64url')

/** What a kiosk has of an issuer's lists: the W3C's and the IETF's, of the same bits. */
export async function listsOf(
  issuerKey: IssuerKey,
  revoked: number[],
  validFrom: Date,
  url = listUrl,
): Promise<Map<string, unknown>> {
  const uri = tokenListUrl(url)
  return new Map<string, unknown>([
    [url, await createStatusList({ issuerKey, url, revoked, validFrom })],
    [uri, await createTokenStatusList({ issuerKey, uri, revoked, validFrom })],
  ])
}

export interface World {
  issuer: IssuerKey
  holder: IssuerKey
  options: IssueOptions
  ldp: object
  sdJwt: string
  /** in which nothing is revoked */
  lists: ReadonlyMap<string, unknown>
}

export async function createWorld(change: Partial<IssueOptions> = {}): Promise<World> {
  const issuer = change.issuerKey ?? (await generateIssuerKey())
  const holder = await generateIssuerKey()
  const options: IssueOptions = {
    claims,
    holderJwk: holder.publicJwk,
    issuerKey: issuer,
    status: { listUrl, index: 42 },
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2031-01-01T00:00:00Z'),
    ...change,
  }
  const ldp = await issueFoundationalLdp(options)
  const validFrom = new Date('2026-02-28T00:00:00Z')
  const lists = await listsOf(issuer, [], validFrom)
  return { issuer, holder, options, ldp, sdJwt: await issueFoundationalSdJwt(options), lists }
}

export function ask(names: ClaimName[], now = noon, id = 'r1'): AskedPresentation {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  return createPresentationRequest({ id, claims: names, clock: { now: () => now }, random })
}

export interface SdJwtAnswer {
  show?: readonly string[]
  nonce?: string
  audience?: string
  at?: number
  key?: IssuerKey
  bind?: boolean
}

export async function presentSdJwt(
  world: World,
  asked: AskedPresentation,
  wish: SdJwtAnswer = {},
): Promise<string> {
  const { show = asked.claims, nonce = asked.nonce, audience = asked.clientId, at = noon } = wish
  const { key = world.holder, bind = true } = wish
  const instance = new SDJwtVcInstance({
    hasher: sha256Hasher,
    kbSigner: (data) => signEs256(data, key.privateJwk),
    kbSignAlg: 'ES256',
  })
  const kb = { payload: { iat: Math.floor(at / 1000), aud: audience, nonce } }
  return instance.present(
    world.sdJwt,
    Object.fromEntries(show.map((name) => [name, true])),
    bind ? { kb } : {},
  )
}

export interface LdpAnswer {
  show?: readonly ClaimName[]
  nonce?: string
  domain?: string
  key?: IssuerKey
  at?: number
  /** changes the derived credential before the presentation is signed */
  bend?: (credential: object) => object
}

export async function presentLdp(
  world: World,
  asked: AskedPresentation,
  wish: LdpAnswer = {},
): Promise<object> {
  const { show = asked.claims, nonce = asked.nonce, domain = asked.clientId, key = world.holder } = wish
  const { at = noon, bend = (credential) => credential } = wish
  const derived = bend(await deriveCredential(world.ldp, show))
  return vc.signPresentation({
    presentation: {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      verifiableCredential: [derived],
    },
    suite: new DataIntegrityProof({
      signer: dataIntegritySigner(key),
      date: `${new Date(at).toISOString().slice(0, 19)}Z`,
      cryptosuite: rdfc,
    }),
    challenge: nonce,
    domain,
    documentLoader,
  })
}

export function answerWith(asked: AskedPresentation, vpToken: object): string {
  return `${asked.redirectUri}#vp_token=${encodeURIComponent(JSON.stringify(vpToken))}`
}

export interface Judging {
  now?: number
  trusted?: string[]
  lists?: ReadonlyMap<string, unknown>
  oldestStatusDays?: number
}

export function judge(world: World, asked: AskedPresentation, answer: string, judging: Judging = {}) {
  const { now = noon, trusted = [world.issuer.did], lists = world.lists, oldestStatusDays = 30 } = judging
  return verifyPresentation({
    answer,
    asked,
    trustedIssuers: trustDids(trusted),
    statusList: (url) => lists.get(url),
    oldestStatusDays,
    clock: { now: () => now },
  })
}
