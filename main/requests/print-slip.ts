/** A slip on the receipt printer. It can be printed as often as somebody asks for it. */
import { err, ok, type Result } from 'neverthrow'
import type { ReceiptPrinterPort } from '../../hardware/ports.ts'
import type { Receipt } from '../../hardware/printer/receipt.ts'
import type { Failure } from '../api/answer.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { SlipWords } from '../api/z-slip-words.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface Parts {
  printer: Pick<ReceiptPrinterPort, 'print'>
  audit: AuditLog
}

/** @returns nothing more, when it is on paper; else a `printer.…` code */
export function createPrintSlip({ printer, audit }: Parts) {
  return async (
    slip: Slip,
    words: SlipWords,
    signal: AbortSignal | undefined,
  ): Promise<Result<null, Failure>> => {
    const printed = await printer.print(receiptOf(slip, words), signal)
    const request = slip.request
    if (printed.isOk()) {
      await audit.record('slip.printed', { request })
      return ok(null)
    }
    await audit.record('slip.not-printed', { request, code: printed.error })
    return err({ code: printed.error })
  }
}

/** The same parts in the same order as the slip on the screen. */
export function receiptOf(slip: Slip, words: SlipWords): Receipt {
  return [
    { kind: 'text', text: words.title, size: 'title' },
    { kind: 'line' },
    { kind: 'qr', text: slip.qr },
    { kind: 'text', text: slip.request.match(/.{1,4}/g)?.join(' ') ?? slip.request, size: 'small' },
    { kind: 'line' },
    { kind: 'text', text: `${words.office} ${slip.office}`, size: 'normal' },
    { kind: 'text', text: `${words.when} ${words.created}`, size: 'normal' },
    { kind: 'text', text: `${words.officer} ${words.by}`, size: 'normal' },
    { kind: 'line' },
    { kind: 'text', text: words.keep, size: 'normal' },
  ]
}
