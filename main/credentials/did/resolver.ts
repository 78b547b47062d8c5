/**
 * The one way from a DID to its keys: did:key and did:jwk from themselves, did:web from its server, did:ethr from the ledger.
 * Nothing is judged with it while somebody waits: issuers and kiosks look ahead with it, and believe what was seen.
 */
import { err, ok, type Result } from 'neverthrow'
import { resolveDidEthr } from './did-ethr.ts'
import { resolveDidWeb } from './did-web.ts'
import type { WebGet } from './https-get.ts'
import { documentOfOwnKey } from './own-key.ts'
import { zDid, type CheckedDocument } from './z-did-document.ts'
import type { Ledger } from './z-ledger.ts'

/** Why there is no document. */
export type DidTrouble =
  /** it is no DID of these methods, or its key of a kind that nothing here is signed with */
  | 'did-malformed'
  /** no node is configured for the chain that it is on */
  | 'no-ledger'
  /** the node is one of another chain than the configuration says */
  | 'wrong-chain'
  | 'unreachable'
  /** its server says no, sends elsewhere, says too much, or is in a network that is not public */
  | 'refused'
  /** what came is no document of that DID */
  | 'unfit'

export interface DidResolver {
  /** never rejects; whatever cannot be had is a trouble */
  resolve(did: string): Promise<Result<CheckedDocument, DidTrouble>>
}

export interface ResolverParts {
  /** for the ledger's node */
  fetch: typeof fetch
  /** for documents on the web: `createHttpsGet` */
  get: WebGet
  clock: { now(): number }
  ledger?: Ledger | undefined
}

export function createResolver({ fetch, get, clock, ledger }: ResolverParts): DidResolver {
  return {
    async resolve(did) {
      if (!zDid.safeParse(did).success) return err('did-malformed')
      if (did.startsWith('did:web:')) return resolveDidWeb(did, { get, clock })
      if (did.startsWith('did:ethr:'))
        return ledger ? resolveDidEthr(did, { ledger, fetch, clock }) : err('no-ledger')
      const document = documentOfOwnKey(did)
      if (!document) return err('did-malformed')
      return ok({ document, checked: { by: 'own', at: new Date(clock.now()).toISOString() } })
    },
  }
}
