/** For Vite: whatever module speaks a text brings the bundle of it with it, so that a door loads its own texts and no others. */
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { bundlesOf } from './bundles.ts'
import { compiledFolder, compileTexts } from './compile-texts.ts'
import { readMessageFiles } from './message-files.ts'
import { meant, spokenIn } from './spoken-keys.ts'

export function textsOfCode(): Plugin {
  const areas = readMessageFiles()
  compileTexts(areas)
  const keys = new Map([...bundlesOf(areas)].map(([name, { en }]) => [name, Object.keys(en)]))
  return {
    name: 'texts-of-code',
    transform(code, id) {
      const path = id.split('?')[0] ?? id
      if (!/\.(ts|svelte)$/.test(path) || path.includes('node_modules') || id.includes('type=style'))
        return undefined
      const spoken = spokenIn(code)
      const needed = [...keys].filter(([, own]) => spoken.some((one) => meant(one, own).length > 0))
      if (needed.length === 0) return undefined
      const imports = needed.map(([name]) => `import ${JSON.stringify(join(compiledFolder, `${name}.js`))};`)
      return { code: `${imports.join('')}\n${code}`, map: null }
    },
  }
}
