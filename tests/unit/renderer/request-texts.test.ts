/** Whatever the issuer may say of a request, and whatever kind it is, staff read it in words and in their language. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { zRequestRow } from '../../../main/api/z-status.ts'
import { zReceiptReason } from '../../../sync/z-facts.ts'

const keys = [
  ...zReceiptReason.options.flatMap((reason) => [`staff.reason.${reason}`, `staff.do.${reason}`]),
  ...zRequestRow.shape.kind.options.map((kind) => `staff.kind.${kind}`),
  'staff.requests.selfService',
]

const zMessages = z.record(z.string(), z.object({ text: z.string() }))
function messagesIn(language: string): z.infer<typeof zMessages> {
  const folder = new URL(`../../../renderer/lib/i18n/messages/${language}/`, import.meta.url)
  const files = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  return Object.assign({}, ...files.map((text) => zMessages.parse(JSON.parse(text))))
}

describe.each(['en', 'dz', 'ne'])('%s', (language) => {
  const messages = messagesIn(language)
  test.each(keys)('%s', (key) => expect(messages[key]?.text).toBeDefined())
})
