/** What the operator may do about keys and other issuers, and the list that kiosks get of it. */
import { Router } from 'express'
import { z } from 'zod'
import { urlOfDidWeb } from '../../../main/credentials/did/did-web.ts'
import { createHttpsGet, type WebGet } from '../../../main/credentials/did/https-get.ts'
import { multikeyOf } from '../../../main/credentials/did/public-jwk.ts'
import { createResolver } from '../../../main/credentials/did/resolver.ts'
import type { Ledger } from '../../../main/credentials/did/z-ledger.ts'
import type { IssuerKeys } from '../keys.ts'
import { createStatusPublisher } from '../status-publisher.ts'
import type { OperatorOrders } from '../bundles/operator.ts'
import type { KeyVerdict } from './credential-keys.ts'
import { openBelieved, type Believe, type Believed } from './believed.ts'

export interface TrustOptions {
  /** did:web or did:ethr of this issuer; default: each key is its own did:key */
  did?: string | undefined
  /** further issuers that kiosks are asked to believe */
  believe?: Believe | undefined
  /** the node for did:ethr */
  ledger?: Ledger | undefined
  /** for documents on the web; default over HTTPS from public addresses */
  get?: WebGet | undefined
}

const zRevoke = z.object({ id: z.string().min(1).max(800) })

export interface TrustDesk {
  believed: Believed
  /** `/.well-known/did.json`, or where the did:web of this issuer is */
  router: Router
  /** `keys`, `rotate-key`, `revoke-key` {id}, `check-issuers` */
  orders: OperatorOrders
  close(): Promise<void>
}

interface Parts extends TrustOptions {
  dataDir: string
  keys: IssuerKeys
  clock: { now(): number }
  /** sends the trust list, and what is signed with the key of now, to every kiosk */
  publish(): Promise<void>
  onProblem(event: string): void
}

const dayMs = 86_400_000

export function openTrustDesk(parts: Parts): TrustDesk {
  const { dataDir, keys, clock, did, believe = { issuers: [] }, ledger } = parts
  const { credentials } = keys
  const resolver = createResolver({ fetch, get: parts.get ?? createHttpsGet(), clock, ledger })
  const believed = openBelieved({
    ...{ dataDir, believe, resolver },
    // Of its own did:web this issuer is the server; what the ledger says of it only the ledger knows.
    own: () => credentials.names().filter((name) => name.startsWith('did:ethr:')),
    onSeen: (name, document) => credentials.learn(name, document.keys),
  })
  const hasFar = () =>
    believed.issuers().length > 0 || credentials.names().some((one) => one.startsWith('did:ethr:'))
  const publisher = createStatusPublisher({
    onProblem: parts.onProblem,
    everyMs: dayMs,
    async publish() {
      if (hasFar()) await believed.refresh()
      await parts.publish()
    },
  })
  if (hasFar()) publisher.changed()

  const told = () => {
    const now = credentials.current().keyId
    return [
      ...credentials.entries().map((entry) => ({ ok: true, ...entry, signs: entry.id === now })),
      // What has to be written to the ledger before the key can sign: name and value of the attribute.
      ...credentials.unnamed().map(({ did: name, jwk }) => ({
        ...{ ok: true, did: name, attribute: 'did/pub/Multikey/veriKey/base58', value: multikeyOf(jwk) },
      })),
    ]
  }
  function done(verdict: KeyVerdict): object[] {
    if (verdict.ok) publisher.changed()
    return [verdict]
  }
  return {
    believed,
    router: ownDocument(did, keys),
    orders: {
      keys: async () => told(),
      'rotate-key': async () => done(await credentials.rotate()),
      'revoke-key': async (asked) => done(await credentials.revoke(zRevoke.parse(asked).id)),
      'check-issuers': async () => {
        const lines = await believed.refresh()
        publisher.changed()
        return lines
      },
    },
    close: () => publisher.close(),
  }
}

function ownDocument(did: string | undefined, { credentials }: IssuerKeys): Router {
  const router = Router()
  const url = did === undefined ? undefined : urlOfDidWeb(did)
  if (did === undefined || !url) return router
  router.get(url.pathname, (_request, response) => {
    const good = credentials
      .entries()
      .filter(({ id, revoked }) => id.startsWith(`${did}#`) && revoked === undefined)
    response.json({
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did,
      verificationMethod: good.map(({ id, jwk }) => ({
        ...{ id, type: 'Multikey', controller: did, publicKeyMultibase: multikeyOf(jwk) },
      })),
      assertionMethod: good.map(({ id }) => id),
    })
  })
  return router
}
