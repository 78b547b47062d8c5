/**
 * The text in a slip's QR: `btkiosk:slip:1:<request>:<check>`. The check needs no key, so that a slip of one kiosk
 * is read at every other; it is there to tell a mistyped or a foreign code from ours, not to keep a secret.
 */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { zRequestId, type RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'

const prefix = 'btkiosk:slip:1:'
const longestCode = 200

function checkOf(id: RequestId): string {
  return createHash('sha256').update(`${prefix}${id}`).digest('hex').slice(0, 8).toUpperCase()
}

/** @returns the QR text of a request's slip */
export function slipCode(id: RequestId): string {
  return `${prefix}${id}:${checkOf(id)}`
}

/** @returns the request that a slip's QR names; `qr.too-long`, `qr.link` for an address, `qr.not-ours` */
export function readSlipCode(text: string): Result<RequestId, Failure> {
  if (text.length > longestCode) return err({ code: 'qr.too-long' })
  if (/^\s*(https?|ftp|mailto|tel|openid[a-z0-9-]*|www)[:.]/i.test(text)) return err({ code: 'qr.link' })
  const [, id, check] = /^btkiosk:slip:1:([0-9A-Z]{26}):([0-9A-F]{8})$/.exec(text.trim()) ?? []
  const request = zRequestId.safeParse(id)
  if (!request.success || check !== checkOf(request.data)) return err({ code: 'qr.not-ours' })
  return ok(request.data)
}
