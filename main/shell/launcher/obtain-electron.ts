/** Electron's own program: as it lies here, or downloaded by Electron's own installer where its server can be reached. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { electronBinary } from '../electron/electron-binary.ts'

interface Parts {
  /** where the program is now, if it is */
  find?: () => string | undefined
  /** runs the installer; resolves with its exit code, or undefined when it was ended after `patienceMs` */
  install?: (patienceMs: number) => Promise<number | undefined>
  say: (text: string) => void
}

/** A first download of some 110 MB, on a slow line. */
const patienceMs = 10 * 60_000

/** @returns the program's path, or undefined where it cannot be had; says which */
export async function obtainElectron({
  find = electronBinary,
  install = runInstaller,
  say,
}: Parts): Promise<string | undefined> {
  const there = find()
  if (there) return there
  say("Electron's own program is not here; asking for it (once, about 110 MB) …")
  const code = await install(patienceMs)
  const now = code === 0 ? find() : undefined
  if (!now) say('It cannot be had from here: the kiosk runs in the browser shell.')
  return now
}

/** Its progress and its reasons are long; what matters to the person is whether it worked. */
function runInstaller(patience: number): Promise<number | undefined> {
  const installer = installerFile()
  if (!installer) return Promise.resolve(1)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], { stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    child.once('error', () => resolve(1))
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code ?? undefined)
    })
  })
}

function installerFile(): string | undefined {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'install.js')
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}
