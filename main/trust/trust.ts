/**
 * Whom this kiosk believes: the issuer that it was commissioned by, and those that this issuer names in its signed trust
 * list. All from the disk, so that cards and phones are judged without a link.
 */
import { X509Certificate } from 'node:crypto'
import type { JWK } from 'jose'
import type { Commission } from '../commission/z-commission.ts'
import type { ScannerTrust } from '../../hardware/fingerprint/device-signature.ts'
import type { ReadMaster } from '../masters/master-reader.ts'
import type { AuthServer } from '../verification/finger-gate.ts'
import type { TrustedIssuers } from '../credentials/trusted-issuers.ts'
import type { CheckedDocument } from '../credentials/did/z-did-document.ts'
import type { Clock } from '../clock.ts'
import { believedIssuers, entriesOf, namesOf, type Believing } from './believed-issuers.ts'
import type { StatusLists, TrustList } from './z-trust.ts'

export interface Trust {
  /** P-256 keys whose cards are believed; none while the kiosk is not commissioned */
  cardKeys(): Promise<JWK[]>
  /** CSCA certificates by which passports and identity cards are believed, DER */
  countryCertificates(): Promise<Uint8Array[]>
  /** who may certify fingerprint scanners: of the configuration and of the trust list */
  scanners(): Promise<ScannerTrust>
  /** whom an authentication scanner seals to; undefined where the issuer compares no fingers */
  fingerAuthentication(): Promise<AuthServer | undefined>
  /** whose credentials are believed, by which keys; undefined while the kiosk is not commissioned */
  issuers(): Promise<TrustedIssuers | undefined>
  /** the DID that this kiosk's issuer signs credentials with now, as far as is known here */
  ownName(): Promise<string | undefined>
  /** what people call an issuer, as the signed trust list says it; undefined where it says nothing */
  nameOf(did: string): Promise<string | undefined>
  /** what that is judged by */
  believing(): Promise<Believing | undefined>
  /** by the address at which each is published */
  statusLists(): Promise<ReadonlyMap<string, unknown>>
}

interface Parts {
  commission: () => Commission | undefined
  trustList: () => Promise<ReadMaster<TrustList> | undefined>
  statusLists: () => Promise<ReadMaster<StatusLists> | undefined>
  /** DID documents that this kiosk itself has seen on the web or the ledger */
  seen: () => ReadonlyMap<string, CheckedDocument>
  clock: Clock
  /** of the kiosk's own configuration, base64 of DER */
  ownCountries?: readonly string[]
  ownScanners?: { trustedRoots: readonly string[]; ftmRoots: readonly string[] }
}

export function createTrust({
  commission,
  trustList,
  statusLists,
  seen,
  clock,
  ownCountries = [],
  ownScanners = { trustedRoots: [], ftmRoots: [] },
}: Parts): Trust {
  async function believing(): Promise<Believing | undefined> {
    const own = commission()
    if (!own) return undefined
    const read = await trustList()
    return {
      ...{ own: own.trust.issuer, seen: seen(), now: new Date(clock.now()) },
      ...(read && { list: read.content, issued: issuedOf(read.version) }),
    }
  }
  return {
    believing,
    async ownName() {
      const known = await believing()
      if (!known) return undefined
      const entry = entriesOf(known).find((one) => namesOf(one).includes(known.own))
      // The list names them in the order of their use, the next one last.
      const [now] = entry?.keys?.filter((key) => key.until === undefined && key.revoked === undefined) ?? []
      return now?.id.split('#')[0] ?? known.own
    },
    async nameOf(did) {
      const known = await believing()
      return known && entriesOf(known).find((entry) => namesOf(entry).includes(did))?.name
    },
    async cardKeys() {
      const own = commission()
      if (!own) return []
      const named = (await trustList())?.content.issuers ?? []
      return [
        own.trust.signing,
        ...named.flatMap(({ signing, cards }) => [...(signing ? [signing] : []), ...(cards ?? [])]),
      ]
    },
    async countryCertificates() {
      const named = (await trustList())?.content.travelDocuments ?? []
      return [...ownCountries, ...named].map((base64) => Buffer.from(base64, 'base64'))
    },
    async scanners() {
      const named = (await trustList())?.content.scanners
      return {
        device: [...ownScanners.trustedRoots, ...(named?.roots ?? [])],
        ftm: [...ownScanners.ftmRoots, ...(named?.ftmRoots ?? [])],
        revoked: named?.revoked ?? [],
      }
    },
    async fingerAuthentication() {
      const named = (await trustList())?.content.fingerAuthentication
      return named && authServerOf(named)
    },
    async issuers() {
      const known = await believing()
      return known && believedIssuers(known)
    },
    async statusLists() {
      const { lists = [], tokens = [] } = (await statusLists())?.content ?? {}
      return new Map<string, unknown>([
        ...lists.map((list) => [list.id, list] as const),
        ...tokens.map(({ uri, jwt }) => [uri, jwt] as const),
      ])
    },
  }
}

/** The version of a master is the second at which it was made (docs/processes.md). */
const issuedOf = (version: number) => new Date(version * 1000)

function authServerOf({
  domainUri,
  certificate,
}: NonNullable<TrustList['fingerAuthentication']>): AuthServer | undefined {
  try {
    const thumbprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '')
    return { domainUri, thumbprint }
  } catch {
    // A certificate that cannot be read is nobody's.
    return undefined
  }
}
