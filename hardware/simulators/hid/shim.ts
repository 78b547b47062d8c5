/** The library that is loaded before the HID process: compiled from its source when it is not there yet. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The same folder for the source form and the built one, which holds no C. */
function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package-lock.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error('The simulator runs only from the project')
    folder = above
  }
  return folder
}

/** @returns the path of the library @throws Error - without a C compiler */
export function hidShim(): string {
  const project = projectFolder()
  const source = join(project, 'hardware', 'simulators', 'hid', 'fake-hidraw.c')
  const version = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)
  const folder = join(project, 'node_modules', '.cache', 'kiosk')
  const library = join(folder, `fake-hidraw-${version}.so`)
  if (existsSync(library)) return library
  mkdirSync(folder, { recursive: true })
  const unfinished = `${library}.${process.pid}`
  const args = ['-Wall', '-O2', '-shared', '-fPIC', '-o', unfinished, source, '-ldl']
  const compiled = spawnSync('gcc', args, { encoding: 'utf8' })
  if (compiled.status !== 0) throw new Error(`gcc could not compile fake-hidraw.c: ${compiled.stderr ?? ''}`)
  renameSync(unfinished, library)
  return library
}

/** @returns whether this machine can show a program other devices than its own */
export function hasUmockdev(): boolean {
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf', '../lib64']
  return folders.some((folder) => existsSync(`/usr/lib/${folder}/libumockdev-preload.so.0`))
}
