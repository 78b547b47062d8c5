/** Whether a cause has its text for the desk in each language, and the technician's, which is English everywhere. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { z } from 'zod'

const zTexts = z.record(z.string(), z.object({ text: z.string() }))

const messages = fileURLToPath(new URL('../../renderer/lib/i18n/messages', import.meta.url))

function textsOf(language: string): z.infer<typeof zTexts> {
  const folder = join(messages, language)
  const files = readdirSync(folder).map((file) =>
    zTexts.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
  )
  return Object.assign({}, ...files)
}
const english = textsOf('en')
const all = [english, textsOf('dz'), textsOf('ne')]

export function hasText(cause: string): boolean {
  if (!english[`failure.${cause}.technician`]?.text) return false
  return all.every((texts) => texts[`failure.${cause}.citizen`]?.text)
}
