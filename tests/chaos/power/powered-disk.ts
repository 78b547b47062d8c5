/** A folder whose power can be cut: what a process wrote below it and did not fsync is then gone. Linux, with a C compiler. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterCut, namesNow, type Names } from './ledger.ts'

const source = fileURLToPath(new URL('./power-cut.c', import.meta.url))
const cache = fileURLToPath(new URL('../../../node_modules/.cache/kiosk/', import.meta.url))

/** @returns the library, compiled once, or why there is none */
export function compilePowerCut(): { library: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'the layer that cuts the power is for Linux' }
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const library = join(cache, `power-cut-${hash}.so`)
  if (existsSync(library)) return { library }
  mkdirSync(cache, { recursive: true })
  const fresh = `${library}.${process.pid}`
  const flags = ['-std=gnu11', '-shared', '-fPIC', '-O2', '-Wall', '-Wextra']
  const compiled = spawnSync('cc', [...flags, '-o', fresh, source, '-ldl', '-lpthread'], { encoding: 'utf8' })
  if (compiled.error) return { missing: 'there is no C compiler (gcc)' }
  if (compiled.status !== 0) return { missing: `the layer does not compile: ${compiled.stderr}` }
  renameSync(fresh, library)
  return { library }
}

export interface PoweredDisk {
  /** the folder itself */
  root: string
  /** for the process that works on it; one at a time */
  env: Record<string, string>
  /** After the process was killed: its disk is as the last fsyncs left it. @returns how many changes of names were undone */
  cut(): number
  /** After the process was killed and the power stayed: what it could not write down any more is added. */
  settle(): void
}

/**
 * @param base a folder; `root/` and what the layer needs are made in it, on one file system
 * @param journal a file, better not on that file system, for that may be full
 * @param random from 0 to 1
 */
export function poweredDisk(
  base: string,
  journal: string,
  library: string,
  random: () => number,
): PoweredDisk {
  const root = join(base, 'root')
  const inodes = join(base, 'inodes')
  let names: Names = new Map()
  let before = new Map<number, number>()
  const byInode = (inode: number) => join(inodes, String(inode))
  const read = () => (existsSync(journal) ? readFileSync(journal, 'utf8') : '')

  /** What is there now is all there is, and all of it on the disk. */
  function begin(): void {
    rmSync(inodes, { recursive: true, force: true })
    mkdirSync(inodes)
    rmSync(journal, { force: true })
    names = walk(root)
    before = new Map()
    for (const [path, inode] of names) {
      if (inode === undefined) continue
      before.set(inode, statSync(path).size)
      linkSync(path, byInode(inode))
    }
  }

  function settle(): void {
    const there = walk(root)
    const known = namesNow(read(), names)
    const lines: string[] = []
    for (const [path, inode] of there) {
      if (known.has(path) && known.get(path) === inode) continue
      if (inode === undefined) lines.push(`M ${path}`)
      else {
        if (!existsSync(byInode(inode))) linkSync(path, byInode(inode))
        lines.push(`C ${inode} ${path}`)
      }
    }
    for (const path of known.keys()) if (!there.has(path)) lines.push(`U ${path}`)
    const whole = read()
    // A line that the kill cut short is known by what is on the disk.
    const end = whole.lastIndexOf('\n') + 1
    writeFileSync(journal, `${whole.slice(0, end)}${lines.map((line) => `${line}\n`).join('')}`)
  }

  function cut(): number {
    settle()
    const lengthNow = (inode: number) => statSync(byInode(inode)).size
    const kept = afterCut({ journal: read(), names, before, lengthNow, random })
    const fresh = join(base, 'fresh')
    mkdirSync(fresh, { mode: 0o700 })
    for (const [path, inode] of [...kept.names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const to = join(fresh, path.slice(root.length))
      // A name whose folder was lost is lost with it.
      if (!existsSync(dirname(to))) continue
      if (inode === undefined) mkdirSync(to, { recursive: true, mode: 0o700 })
      else {
        copyFileSync(byInode(inode), to)
        truncateSync(to, kept.lengths.get(inode) ?? 0)
      }
    }
    rmSync(root, { recursive: true, force: true })
    renameSync(fresh, root)
    begin()
    return kept.undone
  }

  mkdirSync(root, { recursive: true, mode: 0o700 })
  begin()
  const env = {
    LD_PRELOAD: library,
    POWER_CUT_ROOT: root,
    POWER_CUT_INODES: inodes,
    POWER_CUT_JOURNAL: journal,
  }
  return { root, env, cut, settle }
}

function walk(root: string): Names {
  const names: Names = new Map()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) names.set(path, undefined)
    else if (entry.isFile()) names.set(path, statSync(path).ino)
  }
  return names
}
