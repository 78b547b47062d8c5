/** What the issuer holds, asked over its own protocol and as the kiosk itself may ask. */
import { z } from 'zod'
import type { Commission } from '../../../main/commission/z-commission.ts'
import { zReceiptDoc, zRequestDoc, type RequestId } from '../../../sync/z-facts.ts'

export interface Held {
  /** every payload is there */
  payloads: boolean
  state: string | undefined
  /** how often it was said to be ready */
  readies: number
  /** more than one version of the request is there */
  conflicts: boolean
}

const zDocument = zRequestDoc.extend({ _conflicts: z.array(z.string()).optional() })
const zRows = z.object({ rows: z.array(z.object({ id: z.string(), doc: z.unknown() })) })
const zStanding = z.object({ state: z.string().optional() })

/** @param url where the issuer listens @returns what it holds of the request; undefined if nothing */
export async function heldAtIssuer(url: string, of: Commission, id: RequestId): Promise<Held | undefined> {
  const authorization = `Basic ${Buffer.from(`${of.user}:${of.password}`).toString('base64')}`
  const ask = (path: string, options: RequestInit = {}) =>
    fetch(new URL(path, url), {
      ...options,
      headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
    })
  const asked = await ask(`/store/kiosk-${of.kiosk}-outbox/request:${id}?conflicts=true`)
  // An issuer that has forgotten the kiosk itself (401) holds nothing of it.
  if (asked.status === 404 || asked.status === 401) return undefined
  const document = zDocument.parse(await asked.json())
  const there = await Promise.all(
    document.parts.map(
      async ({ sha256 }) => (await ask(`/uploads/by-hash/${sha256}`, { method: 'HEAD' })).ok,
    ),
  )
  const lookup = await ask('/kiosk/lookup', { method: 'POST', body: JSON.stringify({ request: id }) })
  const range = `startkey="receipt:${id}:"&endkey="receipt:${id}:~"`
  const inbox = await ask(`/store/kiosk-${of.kiosk}-inbox/_all_docs?include_docs=true&${encodeURI(range)}`)
  const receipts = zRows.parse(await inbox.json()).rows.map(({ doc }) => zReceiptDoc.parse(doc))
  return {
    payloads: there.every(Boolean),
    state: zStanding.parse(await lookup.json()).state,
    readies: receipts.filter(({ state }) => state === 'ready').length,
    conflicts: (document._conflicts ?? []).length > 0,
  }
}
