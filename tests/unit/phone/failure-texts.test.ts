/** Whatever goes wrong on the phone is told in three sentences: what happened, what was kept, what to do now. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { phoneFailureCodes } from '../../../renderer/phone/protocol/phone-failure.ts'

const zTexts = z.record(z.string(), z.object({ text: z.string() }))
const at = (language: string) =>
  new URL(`../../../renderer/lib/i18n/messages/${language}/phone.json`, import.meta.url)

it.each(phoneFailureCodes)('%s', (code) => {
  for (const language of ['en', 'dz', 'ne']) {
    const text = zTexts.parse(JSON.parse(readFileSync(at(language), 'utf8')))[`phone.failed.${code}`]?.text
    expect(text?.match(/[.:།।]|ག$/g)?.length ?? 0, `${code} in ${language}`).toBeGreaterThanOrEqual(3)
  }
})
