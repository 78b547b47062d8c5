/** The requests of this kiosk as staff see them: what the facts fold to, never who the citizen is. */
import { err, ok } from 'neverthrow'
import { zRequestId, type RequestHead, type RequestId } from '../../sync/z-facts.ts'
import type { KioskSync, RequestOverview } from '../../sync/open-sync.ts'
import type { RequestStatus } from '../../sync/status.ts'
import type { RequestService } from '../api/services.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { RequestRow } from '../api/z-status.ts'
import type { SearchIndex } from '../enrolment/search-index.ts'
import { readSlipCode, slipCode } from '../enrolment/slip-code.ts'
import type { createPrintSlip } from './print-slip.ts'
import type { createSaveSlip } from './save-slip.ts'

export interface SavedRequest extends RequestStatus {
  doc: RequestHead
  /** of its payloads, not yet with the issuer */
  bytesToGo: number
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
  staffName: (id: string) => Promise<string>
  printSlip: ReturnType<typeof createPrintSlip>
  saveSlip: ReturnType<typeof createSaveSlip>
}

/** The end of a request id that is long enough to search by. */
const shortestEnd = 4

/** @returns the request id that a document's `_id` holds */
export function requestIdOf(doc: RequestHead): RequestId {
  return zRequestId.parse(doc._id.slice('request:'.length))
}

export function createRequestService(parts: Parts): RequestService {
  const { saved, index, staffName, printSlip, saveSlip } = parts

  async function rowOf({ doc, state, reason, bytesToGo }: SavedRequest): Promise<RequestRow> {
    return {
      ...{ id: requestIdOf(doc), kind: doc.kind, created: doc.created, state, bytesToGo },
      officer: await staffName(doc.officer),
      ...(reason && { reason }),
    }
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
    list: async () => Promise.all((await saved.list()).map(rowOf)),
    async find(given) {
      const query = given.trim()
      if (query === '') return []
      const all = await saved.list()
      const ids = idsOf(query)
      const end = query.toUpperCase()
      const fits = (id: RequestId) => (ids ? ids.includes(id) : end.length >= shortestEnd && id.endsWith(end))
      return Promise.all(all.filter(({ doc }) => fits(requestIdOf(doc))).map(rowOf))
    },
    async detail(id) {
      const request = await saved.get(id)
      if (!request) return err({ code: 'request.unknown' })
      return ok({ ...(await rowOf(request)), timeline: request.timeline, slip: slipCode(id) })
    },
    async printSlip(id, words, signal) {
      const request = await saved.get(id)
      if (!request) return err({ code: 'request.unknown' })
      return printSlip(await slipFor(request.doc, staffName), words, signal)
    },
    async saveSlip(id, words, medium) {
      const request = await saved.get(id)
      if (!request) return err({ code: 'request.unknown' })
      return saveSlip(await slipFor(request.doc, staffName), words, medium)
    },
    async slip(id) {
      const request = await saved.get(id)
      return request ? ok(await slipFor(request.doc, staffName)) : err({ code: 'request.unknown' })
    },
  }
}

/** @returns what the slip shows; the same for the same request, however often it is asked for */
export async function slipFor(doc: RequestHead, staffName: (id: string) => Promise<string>): Promise<Slip> {
  const request = requestIdOf(doc)
  return {
    ...{ request, created: doc.created, office: doc.office, kiosk: doc.kiosk },
    officer: await staffName(doc.officer),
    qr: slipCode(request),
  }
}
