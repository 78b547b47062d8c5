/**
 * The first moments of a LevelDB. Version 1.20 syncs neither its first MANIFEST nor the name that `CURRENT` gets last; a
 * power cut then leaves a database that no longer opens. So what an opening made is synced before anything is written
 * into it, and what was left half made, with nothing in it yet, is made anew.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Of LevelDB's own naming: the first one, which every finished opening replaces. */
const firstManifest = 'MANIFEST-000001'

/**
 * Clears away a database whose making was cut short. Nothing that was acknowledged can be in it: `syncOpened` comes
 * before the first write.
 * @returns whether there was one
 */
export function clearUnfinished(folder: string): boolean {
  const names = namesIn(folder)
  if (!names.some((name) => name.startsWith('MANIFEST-'))) return false
  const isFirst = names.includes('CURRENT')
    ? readFileSync(join(folder, 'CURRENT'), 'utf8').trim() === firstManifest
    : names.every((name) => !name.startsWith('MANIFEST-') || name === firstManifest)
  const holdsAny = names.some(
    (name) => /\.(ldb|sst)$/.test(name) || (name.endsWith('.log') && statSync(join(folder, name)).size > 0),
  )
  if (!isFirst || holdsAny) return false
  rmSync(folder, { recursive: true })
  return true
}

/** Syncs what names the parts of a database that has just been opened, and its own name. */
export async function syncOpened(folder: string): Promise<void> {
  const named = namesIn(folder).filter((name) => name === 'CURRENT' || name.startsWith('MANIFEST-'))
  for (const path of [...named.map((name) => join(folder, name)), folder, dirname(folder)]) {
    const file = await open(path, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
