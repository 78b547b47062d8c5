/** The message files: every failure has its two texts, in the tone that each reader needs. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { zFailureCode } from '../../../main/api/failure.ts'

const zMessages = z.record(z.string(), z.object({ text: z.string().min(1), reviewed: z.boolean() }))
const folder = fileURLToPath(new URL('../../../renderer/lib/i18n/messages', import.meta.url))
const load = (language: string) =>
  Object.assign(
    {},
    ...readdirSync(join(folder, language)).map((file) =>
      zMessages.parse(JSON.parse(readFileSync(join(folder, language, file), 'utf8'))),
    ),
  ) as z.infer<typeof zMessages>
const english = load('en')

describe('texts', () => {
  it.each(zFailureCode.options)('%s has a text for the citizen and one for the technician', (code) => {
    expect(english[`failure.${code}.citizen`]?.text).toMatch(/\.$/)
    expect(english[`failure.${code}.technician`]?.text).toMatch(/[.)]$/)
    expect(english[`failure.${code}.citizen`]?.text).not.toMatch(/\d{3}|error code/i)
  })
})
