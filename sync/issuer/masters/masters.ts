/** The signed reference data that every kiosk gets in its inbox. */
import { hash } from '@node-rs/argon2'
import { createStatusList } from '../../../main/credentials/status-list.ts'
import { createTokenStatusList, tokenListUrl } from '../../../main/credentials/token-status-list.ts'
import { noApproval, type ApprovalPolicy } from '../../approval-policy.ts'
import { signMaster } from '../../packet.ts'
import type { MasterDoc, MasterName } from '../../z-facts.ts'
import type { IssuerKeys } from '../keys.ts'
import { offeredByDefault } from '../oid4vci/configurations.ts'
import { jwkOfMultikey } from '../../../main/credentials/did/public-jwk.ts'
import type { Believe, SeenDocument } from '../trust/believed.ts'
import formSchema from './form-schema.json' with { type: 'json' }
import places from './places.json' with { type: 'json' }

export { formSchema, places }

/** Exist with `--demo` only; the launcher prints them. */
export const demoSignIns = [
  { id: 'officer-1', name: 'Pema Dorji', pin: '246810', role: 'officer' },
  { id: 'supervisor-1', name: 'Sonam Choden', pin: '135791', role: 'supervisor' },
  { id: 'technician-1', name: 'Karma Wangdi', pin: '864209', role: 'technician' },
] as const

export interface ScannerMasters {
  scanners?: { roots: string[]; ftmRoots: string[]; revoked: string[] } | undefined
  fingerAuthentication?: { domainUri: string; certificate: string } | undefined
}

export interface MastersOptions {
  keys: IssuerKeys
  demo: boolean
  /** places that are revoked, by the address of their list */
  lists: readonly { url: string; revoked: Iterable<number> }[]
  /** who certifies fingerprint scanners, and whom those for authentication seal to */
  scanners?: ScannerMasters
  /** by which kiosks believe passports, DER */
  countryCertificates?: readonly Uint8Array[]
  /** further issuers that kiosks are asked to believe, and the DID documents as they were last seen */
  believed?: Believe['issuers']
  documents?: readonly SeenDocument[]
  /** when a second person must look at an enrolment */
  policy?: ApprovalPolicy
  now: Date
}

/** @returns every master as a document for an inbox; the version is the time in seconds, which only rises */
export async function makeMasters({
  keys,
  demo,
  lists,
  scanners = {},
  countryCertificates = [],
  believed = [],
  documents = [],
  policy = noApproval,
  now,
}: MastersOptions): Promise<MasterDoc[]> {
  const version = Math.floor(now.getTime() / 1000)
  const staff = demo
    ? await Promise.all(
        demoSignIns.map(async ({ id, name, role, pin }) => ({ id, name, role, pin: await hash(pin) })),
      )
    : []
  const { did, publicJwk } = keys.signing
  const issuer = {
    ...{ did, name: 'Reference issuer', signing: publicJwk, cards: [publicJwk] },
    alsoKnownAs: [...keys.credentials.names().filter((name) => name !== did), keys.ed25519.did, keys.bls.did],
    keys: [...keys.credentials.entries(), ...otherKeys(keys)],
    documentRoots: [Buffer.from(keys.documents.root).toString('base64')],
  }
  const contents = {
    'form-schema': formSchema,
    places,
    staff: { staff },
    policy,
    trust: {
      issuers: [issuer, ...believed.map(({ did: other, name }) => ({ did: other, ...(name && { name }) }))],
      documents,
      until: endOfTrust(now),
      ...scanners,
      travelDocuments: countryCertificates.map((der) => Buffer.from(der).toString('base64')),
    },
  } as const
  const names = ['form-schema', 'places', 'staff', 'policy', 'trust'] as const
  return Promise.all([
    ...names.map((name) =>
      signMaster(
        { name, version, issued: now.toISOString(), content: contents[name] },
        keys.signing.privateJwk,
      ),
    ),
    statusListMaster({ keys, lists, now }),
  ])
}

/** The keys of the other proofs, which do not change: a name in the list without its key would be believed by no key. */
function otherKeys({ ed25519, bls }: IssuerKeys) {
  return [ed25519, bls].flatMap(({ did, keyId }) => {
    const jwk = jwkOfMultikey(did.slice('did:key:'.length))
    return jwk ? [{ id: keyId, jwk, from: '2020-01-01T00:00:00.000Z' }] : []
  })
}

/** Half a year or a little more; the same for a whole month, so that a restart is no news. */
const endOfTrust = (now: Date) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 7)).toISOString()

/** @returns the lists of what is revoked now */
export async function statusListMaster({
  keys,
  lists,
  now,
}: Pick<MastersOptions, 'keys' | 'lists' | 'now'>): Promise<MasterDoc> {
  const issuerKey = keys.credentials.current()
  const made = await Promise.all(
    lists.map(({ url, revoked }) => createStatusList({ issuerKey, url, revoked, validFrom: now })),
  )
  const tokens = await Promise.all(
    lists.map(async ({ url, revoked }) => {
      const uri = tokenListUrl(url)
      return { uri, jwt: await createTokenStatusList({ issuerKey, uri, revoked, validFrom: now }) }
    }),
  )
  return mastered('status-list', { lists: made, tokens }, { keys, now })
}

/** For one kiosk alone. @param url where phones collect over a network of their own */
export const delegationMaster = (
  { delegation, url }: { delegation: string; url: string },
  of: Pick<MastersOptions, 'keys' | 'now'>,
) => mastered('delegation', { delegation, collecting: { issuer: url, configurations: offeredByDefault } }, of)

/** The version is the time in seconds, which only rises. */
function mastered(name: MasterName, content: object, { keys, now }: Pick<MastersOptions, 'keys' | 'now'>) {
  const version = Math.floor(now.getTime() / 1000)
  return signMaster({ name, version, issued: now.toISOString(), content }, keys.signing.privateJwk)
}
