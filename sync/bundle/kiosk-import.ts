/** What a kiosk takes from a stick: answers of the issuer that are for it, and other kiosks' bundles to carry on. */
import { err, ok, type Result } from 'neverthrow'
import { saveFaultOf } from '../blobs.ts'
import type { Inbox } from '../inbox.ts'
import type { QueueIndex } from '../queue-index.ts'
import { zRequestId, type RequestId, type RequestState } from '../z-facts.ts'
import { verifyHead } from './bundle-head.ts'
import type { Carried, CarryFault } from './carried.ts'
import type { KioskAccess } from './kiosk-access.ts'
import { openBundle } from './open-bundle.ts'
import { bundlesOn, volumesIn, type FoundBundle } from './read-stick.ts'
import { stickFaultOf, type StickFault } from './stick-fault.ts'
import type { TakenBook } from './taken-book.ts'
import type { BundleFault, CarriedDoc } from './z-bundle.ts'

/**
 * `take` · `own`: this kiosk wrote it · `known`: taken before · `elsewhere`: answers for another kiosk · the rest is wrong
 * with it
 */
export type Verdict = 'take' | 'own' | 'known' | 'elsewhere' | BundleFault

export interface OnStick {
  name: string
  kind?: 'requests' | 'receipts'
  kiosk?: string
  bytes: number
  /** of them, in files that are there */
  thereBytes: number
  verdict: Verdict
}

export interface News {
  id: RequestId
  before: RequestState
  state: RequestState
}

export interface TakenFromStick {
  /** documents of the issuer; of them, those that were not here */
  answers: number
  newAnswers: number
  /** requests that stand otherwise now */
  news: News[]
  carried: { kiosk: string; bytes: number; whole: boolean }[]
  /** bundles that could not be taken as they are, by name */
  refused: { name: string; fault: BundleFault }[]
}

export type TakeFault = StickFault | CarryFault | 'kiosk.not-commissioned'

export interface KioskImportParts {
  inbox: Inbox
  index: QueueIndex
  carried: Carried
  taken: TakenBook
  access: () => KioskAccess | undefined
}

const documentsAtOnce = 200

type Readable = Extract<FoundBundle, { head: unknown }>

export function createKioskImport({ inbox, index, carried, taken, access }: KioskImportParts) {
  async function judge(one: Readable, who: KioskAccess): Promise<Verdict> {
    const verified = await verifyHead(one.headBytes, { issuer: who.trust.signing, ...keyOf(one, who) })
    if (verified.isErr()) return verified.error
    const isMine = one.head.kiosk === who.kiosk
    if (one.head.kind === 'requests' && isMine) return 'own'
    if (taken.has(one.id)) return 'known'
    if (one.head.kind === 'receipts') return isMine ? 'take' : 'elsewhere'
    const here = carried.get(one.id)
    const all = here?.held.size === one.head.volumes.length
    // What is here of it already may be less than what the stick has by now.
    return here && (all || one.thereBytes < one.bytes) ? 'known' : 'take'
  }

  async function answersIn(one: Readable, who: KioskAccess): Promise<Result<CarriedDoc[], BundleFault>> {
    const opened = await openBundle(one.head, who.signingKey, volumesIn(one.folder, one.head))
    return opened.map(({ documents }) =>
      documents.filter(({ _id }) => /^(receipt|master|delivery):/.test(_id)),
    )
  }

  /** As replication writes them, with the issuer's own revisions: then there is nothing left to replicate. */
  async function takeAnswers(documents: readonly CarriedDoc[], sum: TakenFromStick): Promise<void> {
    const spokenOf = new Set<RequestId>()
    for (const { _id, _rev } of documents) {
      const there = await inbox.database.get(_id).catch(() => undefined)
      if (there?._rev !== _rev) sum.newAnswers += 1
      const id = zRequestId.safeParse(_id.split(':')[1])
      if (_id.startsWith('receipt:') && id.success) spokenOf.add(id.data)
    }
    const stateOf = (id: RequestId) => {
      const item = index.get(id)
      return item && index.show(item).state
    }
    const before = new Map([...spokenOf].map((id) => [id, stateOf(id)]))
    for (let at = 0; at < documents.length; at += documentsAtOnce)
      await inbox.database.bulkDocs(documents.slice(at, at + documentsAtOnce), { new_edits: false })
    await inbox.refresh()
    for (const [id, was] of before) {
      const state = stateOf(id)
      if (was && state && was !== state) sum.news.push({ id, before: was, state })
    }
    sum.answers += documents.length
  }

  async function look(medium: string): Promise<{ one: FoundBundle; shown: OnStick }[]> {
    const who = access()
    const found = []
    for (const one of await bundlesOn(medium)) {
      if ('fault' in one) {
        found.push({ one, shown: { name: one.name, bytes: 0, thereBytes: 0, verdict: one.fault } })
        continue
      }
      const { name, bytes, thereBytes, head } = one
      const verdict = who ? await judge(one, who) : 'signature'
      found.push({ one, shown: { name, kind: head.kind, kiosk: head.kiosk, bytes, thereBytes, verdict } })
    }
    return found
  }

  return {
    /** what lies on it, before anything is taken; `stick.*` */
    async look(medium: string): Promise<Result<OnStick[], StickFault>> {
      try {
        return ok((await look(medium)).map(({ shown }) => shown))
      } catch (error) {
        return err(stickFaultOf(error))
      }
    },
    /** Takes whatever is to be taken; resolves when it is on this disk. What is damaged is named and stops nothing. */
    async take(
      medium: string,
      {
        onProgress,
        signal,
      }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal | undefined },
    ): Promise<Result<TakenFromStick, TakeFault>> {
      const who = access()
      if (!who) return err('kiosk.not-commissioned')
      const sum: TakenFromStick = { answers: 0, newAnswers: 0, news: [], carried: [], refused: [] }
      try {
        const wanted = (await look(medium)).filter(({ shown }) => shown.verdict === 'take')
        const total = wanted.reduce((all, { shown }) => all + shown.thereBytes, 0)
        let before = 0
        for (const { one } of wanted) {
          if ('fault' in one) continue
          if (signal?.aborted) return err('stopped')
          if (one.head.kind === 'receipts') {
            const documents = await answersIn(one, who)
            if (documents.isErr()) {
              sum.refused.push({ name: one.name, fault: documents.error })
              continue
            }
            try {
              await takeAnswers(documents.value, sum)
            } catch (error) {
              return err(saveFaultOf(error))
            }
            await taken.add(one.id)
          } else {
            const done = await carried.take(one.headBytes, one.head, volumesIn(one.folder, one.head), {
              onProgress: (bytes) => onProgress?.(before + bytes, total),
              signal,
            })
            if (done.isErr()) return err(done.error)
            const whole = done.value.held.size === one.head.volumes.length
            sum.carried.push({ kiosk: one.head.kiosk, bytes: one.bytes, whole })
          }
          before += one.thereBytes
          onProgress?.(before, total)
        }
        return ok(sum)
      } catch (error) {
        return err(stickFaultOf(error))
      }
    },
  }
}
export type KioskImport = ReturnType<typeof createKioskImport>

/** Its own signature a kiosk knows without a certificate. */
function keyOf({ head }: Readable, { kiosk, signingKey }: KioskAccess) {
  if (head.kiosk !== kiosk) return {}
  const { d: _secret, ...publicJwk } = signingKey
  return { kiosk: async () => publicJwk }
}
