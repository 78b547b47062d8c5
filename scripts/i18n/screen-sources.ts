/** The code of the screens, in which the keys of texts stand. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const renderer = fileURLToPath(new URL('../../renderer', import.meta.url))

/** @returns the content of every component and module */
export const screenSources = (folder = renderer): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !entry.parentPath.endsWith('compiled'),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
