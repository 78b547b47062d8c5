/**
 * Puts any part of the queue on a stick, whatever state it is in. It changes nothing about the duty to upload: a request
 * that also comes by the link is the same one. What lies on that stick from a try before is gone on with.
 */
import { err, ok, type Result } from 'neverthrow'
import { saveFaultOf, type Blobs, type SaveFault } from '../blobs.ts'
import type { Inbox } from '../inbox.ts'
import type { Outbox } from '../outbox.ts'
import type { Random } from '../packet.ts'
import type { QueueIndex, QueueItem } from '../queue-index.ts'
import type { RequestId } from '../z-facts.ts'
import { readHead } from './bundle-head.ts'
import { bundleStream, PayloadGone } from './bundle-stream.ts'
import { composeBundle } from './compose-bundle.ts'
import type { ExportPlan, ExportPlans } from './export-plans.ts'
import type { KioskAccess } from './kiosk-access.ts'
import { bundleFolders, removeFromStick, type ReadBack } from './stick-folder.ts'
import { stickFaultOf, type StickFault } from './stick-fault.ts'
import type { ExportWhat } from './z-export-what.ts'
import { writeBundle } from './write-bundle.ts'
import { bundleLimits, zCarriedDoc, type CarriedDoc } from './z-bundle.ts'

export interface Exported {
  requests: number
  bundles: number
  /** on the stick and read back; of them, those that were there from before */
  bytes: number
  found: number
  /** payloads that went without, for they are no longer on this disk: the issuer has them, or they are damaged */
  left: number
}
export type ExportFault = StickFault | SaveFault | 'stopped' | 'kiosk.not-commissioned'

export interface WriteParts {
  readBack?: ReadBack
  /** bytes verified on the stick, of how many in all */
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal | undefined
}

export interface KioskExportParts {
  outbox: Pick<Outbox, 'database'>
  inbox: Pick<Inbox, 'receipts'>
  index: QueueIndex
  blobs: Pick<Blobs, 'read'>
  plans: ExportPlans
  access: () => KioskAccess | undefined
  clock: { now(): number }
  random: Random
}

/** A fault of the stick, among those of this kiosk's own disk. */
class StickTrouble extends Error {
  readonly fault: StickFault
  constructor(fault: StickFault) {
    super(fault)
    this.fault = fault
  }
}

async function ofStick<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new StickTrouble(stickFaultOf(error))
  }
}

/** So often a bundle is made anew because a payload went while it was written. */
const mostTries = 3

export function createKioskExport(parts: KioskExportParts) {
  const { outbox, inbox, index, blobs, plans, access, clock, random } = parts

  function choose(what: ExportWhat): QueueItem[] {
    switch (what.what) {
      case 'unsent':
        return [...index.waiting()]
      case 'between':
        return [...index.items()].filter(({ head }) => head.created >= what.from && head.created < what.to)
      case 'requests':
        return what.ids.flatMap((id) => index.get(id) ?? [])
    }
  }

  const bytesOf = (items: readonly QueueItem[]) =>
    items.reduce((sum, { head }) => head.parts.reduce((all, { bytes }) => all + bytes, sum), 0)

  async function make(ids: readonly RequestId[], who: KioskAccess): Promise<ExportPlan> {
    const documents: CarriedDoc[] = []
    for (const id of ids) documents.push(zCarriedDoc.parse(await outbox.database.get(`request:${id}`)))
    const now = clock.now()
    const sequence = await plans.nextSequence()
    const composed = await composeBundle({
      ...{ kind: 'requests', kiosk: who.kiosk, office: who.office, now, sequence, documents, random },
      ...(who.certificate !== undefined && { certificate: who.certificate }),
      payloads: ids.flatMap(
        (id) => index.get(id)?.head.parts.map(({ sha256, bytes }) => ({ sha256, bytes })) ?? [],
      ),
      read: (sha256) => blobs.read(sha256),
      ...{ sealTo: who.trust.sealing, signWith: who.signingKey },
    })
    return plans.add(composed, { sequence, at: new Date(now).toISOString(), requests: [...ids] })
  }

  /** The issuer has said of all of them that it has them: on the stick they only take room. */
  const isSettled = ({ requests }: ExportPlan) =>
    requests.every(
      (id) => inbox.receipts(id).some(({ parts: held }) => held) && index.get(id)?.unsent.size === 0,
    )

  async function clearSettled(medium: string, onStick: ReadonlySet<string>): Promise<void> {
    for (const plan of plans.list().filter(isSettled)) {
      if (!onStick.has(plan.name)) continue
      await ofStick(removeFromStick(medium, plan.name))
      await plans.remove(plan.name)
    }
  }

  async function put(plan: ExportPlan, medium: string, { onProgress, ...more }: WriteParts) {
    const kept = await plans.content(plan.name)
    const head = kept && readHead(kept.head)
    if (!kept || head?.isOk() !== true) throw new PayloadGone(plan.name)
    const stream = bundleStream({ index: kept.index, payloads: plan.payloads }, (sha256) =>
      blobs.read(sha256),
    )
    return writeBundle({
      ...{ medium, head: head.value, headBytes: kept.head, volume: stream.volume },
      ...more,
      ...(onProgress && { onProgress: (done: number) => onProgress(done, plan.bytes) }),
    })
  }

  async function write(
    medium: string,
    what: ExportWhat,
    more: WriteParts,
  ): Promise<Result<Exported, ExportFault>> {
    const who = access()
    if (!who) return err('kiosk.not-commissioned')
    const items = choose(what)
    const wanted = new Set(items.map(({ id }) => id))
    const onStick = new Set((await ofStick(bundleFolders(medium))).map(({ name }) => name))
    await clearSettled(medium, onStick)
    const begun: ExportPlan[] = []
    for (const plan of plans.list()) {
      if (!onStick.has(plan.name) || !plan.requests.every((id) => wanted.has(id))) continue
      begun.push(plan)
      for (const id of plan.requests) wanted.delete(id)
    }
    const total = bytesOf(items)
    const sum: Exported = { requests: items.length, bundles: 0, bytes: 0, found: 0, left: 0 }
    let tries = 0
    for (;;) {
      const next = [...wanted].sort().slice(0, bundleLimits.requests)
      const plan = begun.shift() ?? (next.length > 0 ? await make(next, who) : undefined)
      if (!plan) return ok(sum)
      for (const id of next) if (plan.requests.includes(id)) wanted.delete(id)
      const before = sum.bytes
      try {
        const onProgress = (done: number) =>
          more.onProgress?.(before + done, Math.max(total, before + plan.bytes))
        const written = await put(plan, medium, { ...more, onProgress })
        if (written.isErr()) return err(written.error)
        sum.bundles += 1
        sum.bytes += written.value.written + written.value.found
        sum.found += written.value.found
        sum.left += plan.left
      } catch (error) {
        if (!(error instanceof PayloadGone) || (tries += 1) > mostTries) throw error
        // Given back meanwhile, or damaged: without it the bundle is another one.
        await ofStick(removeFromStick(medium, plan.name))
        await plans.remove(plan.name)
        for (const id of plan.requests) wanted.add(id)
      }
    }
  }

  return {
    /** how much it is, before anything is done */
    survey(what: ExportWhat): { requests: number; bytes: number } {
      const items = choose(what)
      return { requests: items.length, bytes: bytesOf(items) }
    },
    /** Resolves when all of it is on the stick and was read back; `save.*` is of this kiosk's own disk */
    async write(
      medium: string,
      what: ExportWhat,
      more: WriteParts = {},
    ): Promise<Result<Exported, ExportFault>> {
      try {
        return await write(medium, what, more)
      } catch (error) {
        if (error instanceof StickTrouble) return err(error.fault)
        if (error instanceof Error && 'code' in error) return err(saveFaultOf(error))
        throw error
      }
    },
  }
}
export type KioskExport = ReturnType<typeof createKioskExport>
