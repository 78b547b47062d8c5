/** Where Electron's own program is, if it is. It comes from outside the npm registry and is not everywhere to be had. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const programs: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** @returns the path of the program, or undefined; never downloads anything. `ELECTRON_OVERRIDE_DIST_PATH` goes first. */
export function electronBinary(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  packageFolder = electronPackage(),
): string | undefined {
  const program = programs[platform] ?? 'electron'
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  return [override, packageFolder && join(packageFolder, 'dist')]
    .filter((folder): folder is string => Boolean(folder))
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
}

function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}
