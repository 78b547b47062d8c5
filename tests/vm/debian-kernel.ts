/** Debian's kernel with the modules that the stage needs: downloaded by apt, unpacked beside the packages, never installed. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Kernel {
  version: string
  image: string
  /** to be loaded in this order */
  modules: readonly string[]
}

/** Virtual PCI and 9p for the machine itself; HID through UHID and a USB gadget; USB for the card reader. */
const wanted = [
  ...['virtio_pci', '9pnet_virtio', '9p', 'configfs'],
  ...['uhid', 'hid-generic', 'usbhid', 'dummy_hcd', 'libcomposite', 'usb_f_hid'],
  ...['xhci-pci'],
]

const run = (program: string, args: readonly string[], cwd?: string) =>
  execFileSync(program, args, { encoding: 'utf8', cwd, stdio: ['ignore', 'pipe', 2] })

/** @param cache a folder that may stay @throws Error - without Debian's archive or kmod */
export function debianKernel(cache: string, say: (text: string) => void): Kernel {
  const unpacked = join(cache, 'kernel')
  if (!existsSync(unpacked)) download(cache, unpacked, say)
  const [version] = readdirSync(join(unpacked, 'lib', 'modules'))
  if (!version) throw new Error('The kernel package holds no modules')
  return {
    version,
    image: join(unpacked, 'boot', `vmlinuz-${version}`),
    modules: inOrder(unpacked, version),
  }
}

function download(cache: string, unpacked: string, say: (text: string) => void): void {
  const [, name] = /Depends: (linux-image-\S+)/.exec(run('apt-cache', ['depends', 'linux-image-amd64'])) ?? []
  if (!name) throw new Error('apt knows no linux-image-amd64')
  say(`Downloading ${name} (70 MB) …`)
  const folder = join(cache, 'download')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  run('apt-get', ['-qq', 'download', name], folder)
  const [file] = readdirSync(folder)
  if (!file) throw new Error(`${name} was not downloaded`)
  run('dpkg-deb', ['-x', join(folder, file), join(folder, 'root')])
  const version = name.replace('linux-image-', '')
  run('/sbin/depmod', ['-b', join(folder, 'root'), version])
  renameSync(join(folder, 'root'), unpacked)
  rmSync(folder, { recursive: true, force: true })
}

/** Each module after those that it needs; what is built into the kernel is left out. */
function inOrder(unpacked: string, version: string): string[] {
  const files = new Set<string>()
  for (const name of wanted) {
    const told = run('/sbin/modprobe', ['-d', unpacked, '-S', version, '--show-depends', name])
    for (const [, file] of told.matchAll(/^insmod (\S+)/gm)) if (file) files.add(file)
  }
  return [...files]
}
