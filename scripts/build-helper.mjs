/**
 * Compiles the fingerprint helper (C, against libfprint) into dist/. Where compiler or headers are missing it says so
 * and the rest of the kiosk is built all the same.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'hardware', 'fingerprint', 'libfprint', 'helper')
export const helper = join(root, 'dist', 'hardware', 'fingerprint', 'libfprint', 'fphelper')

const hardening = ['-fstack-protector-strong', '-D_FORTIFY_SOURCE=2', '-fPIE', '-pie', '-Wl,-z,relro,-z,now']
const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', ...hardening]

/** @returns undefined if the helper is there and newer than its sources, otherwise why it is not */
export function buildHelper() {
  if (process.platform !== 'linux') return 'libfprint is for Linux only'
  const files = readdirSync(sources).map((name) => join(sources, name))
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs))
  if (existsSync(helper) && statSync(helper).mtimeMs > newest) return undefined
  const found = spawnSync('pkg-config', ['--cflags', '--libs', 'libfprint-2'], { encoding: 'utf8' })
  if (found.status !== 0) return 'libfprint-2-dev (with libglib2.0-dev and pkg-config) is not installed'
  mkdirSync(dirname(helper), { recursive: true })
  const code = files.filter((file) => file.endsWith('.c'))
  // Under another name first: a running helper cannot be written over, and half a program is never found.
  const fresh = `${helper}.${process.pid}`
  const arguments_ = [...flags, '-o', fresh, ...code, ...found.stdout.trim().split(/\s+/)]
  const compiled = spawnSync('cc', arguments_, { encoding: 'utf8' })
  if (compiled.error) return 'there is no C compiler (gcc)'
  if (compiled.status !== 0) return `it does not compile:\n${compiled.stderr}`
  renameSync(fresh, helper)
  return undefined
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const why = buildHelper()
  if (why)
    process.stderr.write(
      `The fingerprint helper was not built: ${why}. Scanners behind libfprint will not work.\n`,
    )
}
