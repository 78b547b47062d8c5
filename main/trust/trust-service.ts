/** Whom this kiosk believes, told to the technician: each key with its state, and by whom it was looked at, where and when. */
import type { TrustService } from '../api/services.ts'
import type { BelievedIssuer, KeyState, TrustView } from '../api/z-trust.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import { documentOfOwnKey } from '../credentials/did/own-key.ts'
import type { Ledger } from '../credentials/did/z-ledger.ts'
import { entriesOf, namesOf, newestDocument, type Believing } from './believed-issuers.ts'
import type { TrustChecks } from './trust-checks.ts'
import type { TrustedIssuerEntry } from './z-trust.ts'

interface Parts {
  believing: () => Promise<Believing | undefined>
  checks: TrustChecks
  ledger: Ledger | undefined
  clock: Clock
  audit: AuditLog
}

export function createTrustService({ believing, checks, ledger, clock, audit }: Parts): TrustService {
  async function list(): Promise<TrustView> {
    const known = await believing()
    return {
      issuers: known ? entriesOf(known).map((entry) => told(entry, known, checks)) : [],
      ...(known?.issued && { issued: known.issued.toISOString() }),
      ...(known?.list?.until && { until: known.list.until }),
      ...(ledger && {
        ledger: {
          chainId: ledger.chainId,
          registry: ledger.registry,
          host: new URL(ledger.rpcUrl).host,
        },
      }),
      now: new Date(clock.now()).toISOString(),
    }
  }
  return {
    list,
    async check() {
      const known = await believing()
      if (known) await checks.check(entriesOf(known).flatMap(namesOf).filter(isElsewhere))
      await audit.record('trust.checked')
      return list()
    },
  }
}

const isElsewhere = (did: string) => /^did:(web|ethr):/.test(did)

function told(entry: TrustedIssuerEntry, known: Believing, checks: TrustChecks): BelievedIssuer {
  const names = namesOf(entry)
  const far = names.filter(isElsewhere)
  const documents = far.flatMap((did) => newestDocument(did, known) ?? [])
  const [first] = documents
  const trouble = far.map((did) => checks.troubles().get(did)).find((one) => one !== undefined)
  const listed = known.issued && {
    seenBy: 'issuer' as const,
    by: 'list' as const,
    at: known.issued.toISOString(),
  }
  const origin = first ? { seenBy: first.seenBy, ...first.checked } : entry.keys ? listed : undefined
  return {
    did: entry.did,
    ...(entry.name && { name: entry.name }),
    own: names.includes(known.own),
    keys: keysOf(entry, known),
    deactivated: documents.some(({ document }) => document.deactivated === true),
    ...(origin && { origin }),
    ...(trouble && { trouble }),
  }
}

/** Those that the list states; else those of the newest document, and what it has no more of the list's. */
function keysOf(entry: TrustedIssuerEntry, known: Believing): BelievedIssuer['keys'] {
  if (entry.keys) {
    return entry.keys.map(({ id, from, until, revoked }) => ({
      ...{ id, from, state: stateOf({ id, until, revoked }, known) },
      ...(until && { until }),
      ...(revoked && { revoked }),
    }))
  }
  return namesOf(entry).flatMap((did) => {
    const now = (documentOfOwnKey(did) ?? newestDocument(did, known)?.document)?.keys ?? []
    const before = known.list?.documents?.find((one) => one.did === did)?.document.keys ?? []
    const gone = before.filter(({ id }) => !now.some((one) => one.id === id))
    return [
      ...now.map(({ id }) => ({ id, state: 'good' as const })),
      ...gone.map(({ id }) => ({ id, state: 'gone' as const })),
    ]
  })
}

function stateOf(
  key: { id: string; until?: string | undefined; revoked?: string | undefined },
  known: Believing,
): KeyState {
  if (key.revoked !== undefined) return 'revoked'
  const [did = ''] = key.id.split('#')
  const seen = documentOfOwnKey(did) ? undefined : newestDocument(did, known)
  if (seen && !seen.document.keys.some(({ id }) => id === key.id)) return 'gone'
  return key.until === undefined ? 'good' : 'retired'
}
