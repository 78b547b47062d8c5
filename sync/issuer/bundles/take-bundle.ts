/**
 * A kiosk's bundle, whichever way it came: its payloads and documents go where those of the link go, so that the same
 * request by both ways is one. What of it is whole is taken, and what is missing is named.
 */
import { err, ok, type Result } from 'neverthrow'
import { sha256Hex } from '../../packet.ts'
import { openBundle, type ReadVolume } from '../../bundle/open-bundle.ts'
import { verifyHead } from '../../bundle/bundle-head.ts'
import type { BundleFault, CarriedDoc } from '../../bundle/z-bundle.ts'
import type { Intake } from '../intake/intake.ts'
import type { IssuerKeys } from '../keys.ts'
import type { Registry } from '../registry.ts'
import { acceptFacts } from '../store/accept-facts.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Uploads } from '../uploads.ts'

export interface TakeParts {
  registry: Pick<Registry, 'kiosk'>
  keys: IssuerKeys
  store: Pick<KioskStore, 'outbox'>
  uploads: Pick<Uploads, 'has' | 'put'>
  intake: Pick<Intake, 'look'>
}

export interface Taken {
  /** SHA-256 of the head */
  id: string
  kiosk: string
  office: string
  sequence: number
  documents: number
  /** of them, those that had not come before */
  news: number
  /** documents that the store would not take, with its reason */
  refused: { id: string; reason: string }[]
  payloads: number
  /** payloads that are not here, by neither way */
  missingPayloads: number
  /** numbers of the volumes that were not there or not as the head says, from 0 */
  missingVolumes: number[]
}

const documentsAtOnce = 100

/** Safe to repeat. `version`, `unreadable`, `signature`, `foreign`, `index` @throws what the issuer's own disk threw */
export async function takeBundle(
  headBytes: Uint8Array,
  read: ReadVolume,
  { registry, keys, store, uploads, intake }: TakeParts,
): Promise<Result<Taken, BundleFault>> {
  const verified = await verifyHead(headBytes, {
    issuer: keys.signing.publicJwk,
    kiosk: async (id) => {
      const known = await registry.kiosk(id)
      return known?.stolen === undefined ? known?.jwk : undefined
    },
  })
  if (verified.isErr()) return err(verified.error)
  const head = verified.value
  if (head.kind !== 'requests') return err('foreign')
  const missingVolumes = new Set<number>()
  const opened = await openBundle(head, keys.sealing.privateJwk, async (n) => {
    const bytes = await read(n)
    if (!bytes) missingVolumes.add(n)
    return bytes
  })
  if (opened.isErr()) return err(opened.error)
  const { envelope, documents, payloads } = opened.value
  let count = 0
  let missingPayloads = 0
  for await (const { sha256, content } of payloads()) {
    count += 1
    if (await uploads.has(sha256)) continue
    if (content) await uploads.put(sha256, content)
    else missingPayloads += 1
  }
  const written = await writeDocuments(store.outbox(head.kiosk), head.kiosk, documents)
  await intake.look(head.kiosk)
  return ok({
    ...{ id: sha256Hex(headBytes), kiosk: head.kiosk, office: envelope.office, sequence: envelope.sequence },
    ...{ documents: documents.length, ...written, payloads: count, missingPayloads },
    missingVolumes: [...missingVolumes].sort((a, b) => a - b),
  })
}

/** As replication writes them: with the kiosk's own revisions, so that it has nothing to send when its link is back. */
async function writeDocuments(
  outbox: ReturnType<KioskStore['outbox']>,
  kiosk: string,
  documents: readonly CarriedDoc[],
): Promise<Pick<Taken, 'news' | 'refused'>> {
  const refused: Taken['refused'] = []
  let news = 0
  for (let at = 0; at < documents.length; at += documentsAtOnce) {
    const docs = documents.slice(at, at + documentsAtOnce)
    for (const { _id } of docs) {
      if (!(await outbox.get(_id).catch(() => undefined))) news += 1
    }
    const answers = (await acceptFacts(outbox, { docs, new_edits: false }, kiosk)) ?? []
    for (const one of answers) {
      if ('error' in one && 'id' in one && 'reason' in one)
        refused.push({ id: String(one.id), reason: String(one.reason) })
    }
  }
  return { news: Math.max(0, news - refused.length), refused }
}
