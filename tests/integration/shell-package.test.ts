/**
 * electron-builder packs the built kiosk for real, with a stand-in for Electron's own program, which cannot be had
 * everywhere: what is in the package, what is not, that its host loads from it alone, and that the fuses are set.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const builder = createRequire(
  createRequire(join(root, 'package.json')).resolve('electron-builder/package.json'),
)
interface Asar {
  listPackage(archive: string, options: { isPack: boolean }): string[]
  extractAll(archive: string, folder: string): void
}
const asar: Asar = createRequire(builder.resolve('app-builder-lib/package.json'))('@electron/asar')

let folder = ''
let unpacked = ''
let files: string[] = []

beforeAll(() => {
  if (!existsSync(join(root, 'dist', 'main', 'host.js')))
    throw new Error('There is no built state: run `npm run build`.')
  folder = mkdtempSync(join(tmpdir(), 'kiosk-package-'))
  const electron = join(folder, 'electron')
  mkdirSync(join(electron, 'resources'), { recursive: true })
  mkdirSync(join(electron, 'locales'))
  const wire = [
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100011'),
  ]
  writeFileSync(join(electron, 'electron'), Buffer.concat(wire))
  chmodSync(join(electron, 'electron'), 0o755)
  for (const name of [
    'version',
    'LICENSE',
    'LICENSES.chromium.html',
    'locales/en-US.pak',
    'chrome-sandbox',
  ]) {
    writeFileSync(join(electron, name), '')
  }
  const args = ['--linux', 'dir', '--x64', '--publish', 'never']
  const given = [`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'release')}`]
  execFileSync(join(root, 'node_modules', '.bin', 'electron-builder'), [...args, ...given], {
    cwd: root,
    stdio: 'pipe',
  })
  unpacked = join(folder, 'release', 'linux-unpacked')
  files = asar.listPackage(join(unpacked, 'resources', 'app.asar'), { isPack: false })
}, 240_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed kiosk', () => {
  it('has the shell, its preload and the screens', () => {
    for (const file of [
      'main/shell/electron/main.js',
      'main/shell/electron/preload.cjs',
      'main/host.js',
      'renderer/index.html',
    ]) {
      expect(files).toContain(`/dist/${file}`)
    }
  })
  it('has no simulator, no launcher, no office, no tests, sources or maps', () => {
    const unwanted =
      /^\/(dist\/(hardware\/simulators|sync\/issuer|main\/shell\/(launcher|browser))\/|tests|scripts)|\.(map|ts)$/
    expect(files.filter((file) => unwanted.test(file))).toEqual([])
  })
  it('has its native modules outside the archive', () => {
    const modules = join(unpacked, 'resources', 'app.asar.unpacked', 'node_modules')
    for (const name of ['node-hid', 'leveldown', 'smartcard', '@node-rs/argon2']) {
      expect(existsSync(join(modules, name, 'package.json')), name).toBe(true)
    }
  })
  it('has native parts for this system only', () => {
    const systems = files.flatMap((file) => /\/prebuilds\/([^/]+)$/.exec(file)?.[1] ?? [])
    expect(systems.some((name) => name.includes('linux-x64'))).toBe(true)
    expect(systems.filter((name) => !name.includes('linux'))).toEqual([])
  })
  it('loads its host from nothing but itself', () => {
    const alone = join(folder, 'alone')
    asar.extractAll(join(unpacked, 'resources', 'app.asar'), alone)
    const host = pathToFileURL(join(alone, 'dist', 'main', 'host.js')).href
    const script = `const { createHost } = await import(${JSON.stringify(host)}); console.log(typeof createHost)`
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(said.trim()).toBe('function')
  })
  it('has its fuses set', async () => {
    const now = await getCurrentFuseWire(join(unpacked, 'identity-kiosk'))
    expect(now[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE)
    expect(now[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE)
  })
})
