/** The message files as they lie in the tree: `messages/<language>/<area>.json`, each text by its key. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export const languages = ['en', 'dz', 'ne'] as const
export type Language = (typeof languages)[number]

export const i18nFolder = fileURLToPath(new URL('../../renderer/lib/i18n', import.meta.url))

/** A text in ICU MessageFormat, and whether a native speaker has reviewed it. */
export const zMessage = z.strictObject({ text: z.string().min(1).max(2_000), reviewed: z.boolean() })
const zFile = z.record(z.string().regex(/^[a-z][\w-]*(\.[\w-]+)+$/), zMessage)
export type Message = z.infer<typeof zMessage>
export type MessageFile = z.infer<typeof zFile>

/** Keys of one area in each language. */
export type Areas = Map<string, Record<Language, MessageFile>>

const nothing = (): Record<Language, MessageFile> => ({ en: {}, dz: {}, ne: {} })

/** @throws where a file is not as it must be, with its name */
export function readMessageFiles(folder = join(i18nFolder, 'messages')): Areas {
  const areas: Areas = new Map()
  const seen = new Set<string>()
  for (const language of languages) {
    for (const file of readdirSync(join(folder, language)).filter((name) => name.endsWith('.json'))) {
      const parsed = zFile.safeParse(JSON.parse(readFileSync(join(folder, language, file), 'utf8')))
      if (!parsed.success) throw new Error(`${language}/${file}: ${z.prettifyError(parsed.error)}`)
      const area = file.replace(/\.json$/, '')
      const known = areas.get(area) ?? nothing()
      const twice = Object.keys(parsed.data).find((key) => seen.has(`${language} ${key}`))
      if (twice !== undefined) throw new Error(`${language}/${file}: ${twice} stands in another file already`)
      for (const key of Object.keys(parsed.data)) seen.add(`${language} ${key}`)
      areas.set(area, { ...known, [language]: parsed.data })
    }
  }
  return areas
}

/** @returns all keys of a language */
export const allOf = (areas: Areas, language: Language): MessageFile =>
  Object.assign({}, ...[...areas.values()].map((area) => area[language])) as MessageFile
