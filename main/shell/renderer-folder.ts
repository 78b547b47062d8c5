/** Where the built screens lie, seen from the source as well as from the built file. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @returns the folder of the kiosk's screens; whether anything is in it shows when it is read */
export const rendererFolder = (): string => builtFolder('renderer')

/** @returns the folder of the demonstration's phone */
export const phoneFolder = (): string => builtFolder('phone')

function builtFolder(name: string): string {
  // dist/main/shell/renderer-folder.js stands two folders below dist/, its source two below the project's top.
  const built = fileURLToPath(new URL(`../../${name}/`, import.meta.url))
  if (import.meta.url.endsWith('.js') && existsSync(built)) return built
  return fileURLToPath(new URL(`../../dist/${name}/`, import.meta.url))
}
