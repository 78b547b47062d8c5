/** A slip as PDF on a stick, for an office that prints elsewhere. Nothing of the citizen stands in it. */
import { err, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { SlipWords } from '../api/z-slip-words.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { renderReceiptPdf, type Paper } from '../pdf/receipt-pdf.ts'
import type { RemovableMedia } from '../removable/removable-media.ts'
import type { SavedFiles } from '../api/z-medium.ts'
import { receiptOf } from './print-slip.ts'

interface Parts {
  media: RemovableMedia
  /** what the office has paper for */
  paper: Paper
  audit: AuditLog
}

/** @returns writes the PDF; `printer.cannot-draw` without the library that draws, else the codes of a stick */
export function createSaveSlip({ media, paper, audit }: Parts) {
  return async (slip: Slip, words: SlipWords, medium: string): Promise<Result<SavedFiles, Failure>> => {
    const { request } = slip
    const saved = await save()
    if (saved.isOk()) await audit.record('slip.saved', { request })
    else await audit.record('slip.not-saved', { request, code: saved.error.code })
    return saved

    async function save(): Promise<Result<SavedFiles, Failure>> {
      let bytes
      try {
        bytes = await renderReceiptPdf(receiptOf(slip, words), paper, words.title)
      } catch {
        return err({ code: 'printer.cannot-draw' })
      }
      return media.write(medium, [{ name: `slip-${request.slice(-6)}.pdf`, bytes }])
    }
  }
}
