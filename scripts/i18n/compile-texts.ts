/**
 * Compiles the message files before anything is built or checked: each text becomes a function (MessageFormat, so that no
 * parser travels to the kiosk), each key a type, and each door finds the texts that it speaks.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import MessageFormat from '@messageformat/core'
import compileModule from '@messageformat/core/compile-module.js'
import { placesOf } from '../../renderer/lib/i18n/sheet/places.ts'
import { bundlesOf } from './bundles.ts'
import { allOf, i18nFolder, languages, readMessageFiles, type Areas, type Language } from './message-files.ts'

export const compiledFolder = join(i18nFolder, 'compiled')

/** Numbers in the digits of the language; `Intl` of Chromium has no Dzongkha. */
const digits = { formatter: (value: unknown) => value, id: 'numberIn', module: '../number-in.ts' }

/** @returns the module that holds these texts of one language */
function moduleOf(language: Language, texts: Record<string, string>): string {
  return compileModule(new MessageFormat(language, { customFormatters: { digits } }), texts)
}

function registering(name: string): string {
  const imports = languages.map((one) => `import ${one} from './${name}.${one}.js'`)
  return `${imports.join('\n')}\nimport { register } from '../registry.ts'\nregister({ ${languages.join(', ')} })\n`
}

/** Keys as types: those that need nothing filled in, and those that do. */
function keyTypes(areas: Areas): string {
  const plain: string[] = []
  const filled: string[] = []
  for (const [key, { text }] of Object.entries(allOf(areas, 'en')).sort()) {
    const places = Object.entries(placesOf(text))
    const types = places.map(([name, kind]) => `${name}: ${kind === 'number' ? 'number' : 'string | number'}`)
    if (places.length === 0) plain.push(`  | '${key}'`)
    else filled.push(`  '${key}': { ${types.join('; ')} }`)
  }
  return `export type PlainKey =\n${plain.join('\n')}\nexport interface Filled {\n${filled.join('\n')}\n}\n`
}

/** How many texts each area has in each language, and how many of these a native speaker has reviewed. */
const coverageOf = (areas: Areas) =>
  [...areas].map(([area, of]) => ({
    area,
    all: Object.keys(of.en).length,
    ...Object.fromEntries(
      languages.map((one) => {
        const texts = Object.values(of[one])
        return [one, { done: texts.length, reviewed: texts.filter(({ reviewed }) => reviewed).length }]
      }),
    ),
  }))

/** Writes what has changed and takes away what is left over. @returns how many texts there are */
export function compileTexts(areas = readMessageFiles(), into = compiledFolder): number {
  const files = new Map<string, string>([
    ['keys.ts', keyTypes(areas)],
    ['coverage.json', JSON.stringify(coverageOf(areas))],
  ])
  const bundles = bundlesOf(areas)
  for (const [name, byLanguage] of bundles) {
    for (const one of languages) {
      const texts = Object.entries(byLanguage[one]).map(([key, { text }]) => [key, text] as const)
      files.set(`${name}.${one}.js`, moduleOf(one, Object.fromEntries(texts)))
    }
    files.set(`${name}.js`, registering(name))
  }
  mkdirSync(into, { recursive: true })
  for (const left of readdirSync(into)) if (!files.has(left)) rmSync(join(into, left))
  for (const [name, content] of files) {
    // What is the same is not written: whoever builds would believe that it is new.
    if (contentOf(join(into, name)) !== content) writeFileSync(join(into, name), content)
  }
  return Object.keys(allOf(areas, 'en')).length
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
