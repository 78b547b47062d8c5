/** The requests of this kiosk as staff see them: what the facts fold to, never who the citizen is. */
import { err, ok } from 'neverthrow'
import { zRequestId, type RequestId } from '../../sync/z-facts.ts'
import type { KioskSync, RequestOverview } from '../../sync/open-sync.ts'
import type { RequestFacts } from '../../sync/queue-item.ts'
import type { RequestStatus } from '../../sync/status.ts'
import type { RequestService } from '../api/services.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { RequestDetail, RequestRow } from '../api/z-status.ts'
import type { Clock } from '../clock.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { readSlipCode, slipCode } from '../enrolment/slip-code.ts'
import { localDay } from '../end-of-day/local-day.ts'
import type { createOfferAgain } from './offer-again.ts'
import type { createPrintSlip } from './print-slip.ts'
import type { createSaveSlip } from './save-slip.ts'

export interface SavedRequest extends RequestStatus {
  doc: RequestFacts
  /** of its payloads, not yet with the issuer */
  bytesToGo: number
  /** why it cannot go on by itself, and technically */
  stopped?: RequestOverview['stopped']
  refusal?: string
}

/** What the queue can tell of requests. */
export interface SavedRequests {
  /** newest first */
  list(): Promise<SavedRequest[]>
  get(id: RequestId): Promise<SavedRequest | undefined>
}

/** The queue and what the issuer said of it, as the services need it. */
export function savedRequests(sync: Pick<KioskSync, 'list' | 'status'>): SavedRequests {
  const from = ({ document, ...rest }: RequestOverview): SavedRequest => ({ ...rest, doc: document })
  return {
    list: async () => (await sync.list()).map(from),
    async get(id) {
      const found = await sync.status(id)
      return found && from(found)
    },
  }
}

interface Parts {
  saved: SavedRequests
  index: SearchIndex
  clock: Clock
  staffName: (id: string) => Promise<string>
  /** those that a supervisor has to look at before they are sealed */
  waiting: () => Promise<{ id: RequestId; created: string; officer: string }[]>
  slipOfWaiting: (id: RequestId, signed: { at: string; officer: string }) => Promise<Slip>
  offerAgain: ReturnType<typeof createOfferAgain>
  printSlip: ReturnType<typeof createPrintSlip>
  saveSlip: ReturnType<typeof createSaveSlip>
}

/** As many as the Today screen has room for. */
const mostTroubled = 8

/** Of thousands nobody reads more, and a screen that asks for all of them every few seconds stands still. */
const mostListed = 300

/** The end of a request id that is long enough to search by. */
const shortestEnd = 4

/** @returns the request id that a document's `_id` holds */
export function requestIdOf(doc: RequestFacts): RequestId {
  return zRequestId.parse(doc._id.slice('request:'.length))
}

export function createRequestService(parts: Parts): RequestService {
  const { saved, index, clock, staffName, offerAgain, printSlip, saveSlip } = parts

  async function rowOf({ doc, state, reason, bytesToGo, stopped }: SavedRequest): Promise<RequestRow> {
    return {
      ...{ id: requestIdOf(doc), kind: doc.kind, created: doc.created, state, bytesToGo },
      officer: await staffName(doc.officer),
      ...(reason && { reason }),
      ...(stopped && { stopped }),
    }
  }

  type Waiting = Awaited<ReturnType<Parts['waiting']>>[number]
  const waitingRow = async ({ id, created, officer }: Waiting): Promise<RequestRow> => ({
    ...{ id, kind: 'enrolment', created, state: 'approval', bytesToGo: 0 },
    officer: await staffName(officer),
  })
  const waitingRows = async () => Promise.all((await parts.waiting()).map(waitingRow))
  const waitingOne = async (id: RequestId) => (await parts.waiting()).find((one) => one.id === id)

  /** the slip of one that is saved, or that waits */
  async function anySlip(id: RequestId): Promise<Slip | undefined> {
    const request = await saved.get(id)
    if (request) return slipFor(request.doc, staffName)
    const waits = await waitingOne(id)
    return waits && parts.slipOfWaiting(id, { at: waits.created, officer: waits.officer })
  }

  /** @returns the ids that a query names, or undefined if it is the end of an id */
  function idsOf(query: string): RequestId[] | undefined {
    const slip = readSlipCode(query)
    if (slip.isOk()) return [slip.value]
    const id = zRequestId.safeParse(query.toUpperCase())
    if (id.success) return [id.data]
    const digits = query.replaceAll(/[\s-]/g, '')
    if (/^\d{11}$/.test(digits)) return index.byCid(digits)
    const named = index.byName(query)
    return named.length > 0 ? named : undefined
  }

  return {
    async today() {
      const all = await saved.list()
      const { from, to } = localDay(clock.now())
      const troubled: SavedRequest[] = []
      let savedToday = 0
      let ready = 0
      for (const request of all) {
        if (request.doc.created >= from && request.doc.created < to) savedToday += 1
        if (request.state === 'ready') ready += 1
        const isTroubled = request.state === 'needs-attention' || request.state === 'rejected'
        if (isTroubled && troubled.length < mostTroubled) troubled.push(request)
      }
      return { saved: savedToday, ready, troubled: await Promise.all(troubled.map(rowOf)) }
    },
    list: async () => [
      ...(await waitingRows()),
      ...(await Promise.all((await saved.list()).slice(0, mostListed).map(rowOf))),
    ],
    async find(given) {
      const query = given.trim()
      if (query === '') return []
      const all = await saved.list()
      const ids = idsOf(query)
      const end = query.toUpperCase()
      const fits = (id: RequestId) => (ids ? ids.includes(id) : end.length >= shortestEnd && id.endsWith(end))
      const found = all.filter(({ doc }) => fits(requestIdOf(doc)))
      return [...(await waitingRows()).filter(({ id }) => fits(id)), ...(await Promise.all(found.map(rowOf)))]
    },
    async detail(id) {
      const request = await saved.get(id)
      const waits = request ? undefined : await waitingOne(id)
      if (waits) {
        const timeline: RequestDetail['timeline'] = [{ at: waits.created, state: 'approval', by: 'kiosk' }]
        return ok({ ...(await waitingRow(waits)), timeline, slip: slipCode(id) })
      }
      if (!request) return err({ code: 'request.unknown' })
      const { timeline, refusal } = request
      return ok({
        ...{ ...(await rowOf(request)), timeline, slip: slipCode(id) },
        ...(refusal !== undefined && { stoppedBecause: refusal }),
      })
    },
    offerAgain,
    async printSlip(id, words, signal) {
      const slip = await anySlip(id)
      return slip ? printSlip(slip, words, signal) : err({ code: 'request.unknown' })
    },
    async saveSlip(id, words, medium) {
      const slip = await anySlip(id)
      return slip ? saveSlip(slip, words, medium) : err({ code: 'request.unknown' })
    },
    async slip(id) {
      const slip = await anySlip(id)
      return slip ? ok(slip) : err({ code: 'request.unknown' })
    },
  }
}

/** @returns what the slip shows; the same for the same request, however often it is asked for */
export async function slipFor(doc: RequestFacts, staffName: (id: string) => Promise<string>): Promise<Slip> {
  const request = requestIdOf(doc)
  return {
    ...{ request, created: doc.created, office: doc.office, kiosk: doc.kiosk },
    officer: await staffName(doc.officer),
    qr: slipCode(request),
  }
}
