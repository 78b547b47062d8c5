/** The small file system that the kernel starts with: busybox, the modules, and the first program. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Kernel } from './debian-kernel.ts'

const initScript = fileURLToPath(new URL('./guest/init.sh', import.meta.url))

/** @param project the folder of the project, as it is seen on this machine @returns the path of the image */
export function makeInitramfs(folder: string, kernel: Kernel, project: string): string {
  const tree = join(folder, 'initramfs')
  rmSync(tree, { recursive: true, force: true })
  for (const name of ['bin', 'dev', 'proc', 'sys', 'modules'])
    mkdirSync(join(tree, name), { recursive: true })
  copyFileSync('/bin/busybox', join(tree, 'bin', 'busybox'))
  copyFileSync(initScript, join(tree, 'init'))
  for (const program of ['bin/busybox', 'init']) chmodSync(join(tree, program), 0o755)
  for (const file of kernel.modules) copyFileSync(file, join(tree, 'modules', basename(file)))
  writeFileSync(join(tree, 'modules', 'order'), kernel.modules.map((file) => `${basename(file)}\n`).join(''))
  writeFileSync(join(tree, 'project'), project)
  const image = join(folder, 'initramfs.gz')
  const pack = 'find . | cpio --quiet -o -H newc | gzip -1 > "$1"'
  execFileSync('sh', ['-c', pack, 'sh', image], { cwd: tree, stdio: ['ignore', 2, 2] })
  return image
}
