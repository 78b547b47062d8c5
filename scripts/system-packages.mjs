/** What the project needs from the system, how to see whether it is there, and what does not work without it. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

function onPath(program) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const linux = process.platform === 'linux'

/** Debian's names. `without` says what a person loses. */
const needs = [
  {
    package: 'chromium',
    there: () => ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
    without: 'no kiosk window and no end-to-end tests; open the printed address in your own browser',
  },
  { package: 'pcscd', there: () => onPath('pcscd'), without: 'no card readers' },
  {
    package: 'vsmartcard-vpcd',
    there: () => existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
    without: 'no simulated card',
  },
  {
    package: 'umockdev',
    there: () => onPath('umockdev-run'),
    without: 'no simulated barcode scanner and card number reader, and no tests of HID devices',
  },
  {
    package: 'gcc',
    there: () => onPath('gcc'),
    without: 'no simulated barcode scanner and card number reader, and no tests of HID devices',
  },
  {
    package: 'libpcsclite-dev',
    there: () => existsSync('/usr/include/PCSC/winscard.h'),
    without: 'the card reader binding cannot be compiled',
  },
  {
    package: 'pkg-config',
    there: () => onPath('pkg-config'),
    without: 'the card reader binding cannot be compiled',
  },
  { package: 'g++', there: () => onPath('g++'), without: 'the card reader binding cannot be compiled' },
  { package: 'make', there: () => onPath('make'), without: 'the card reader binding cannot be compiled' },
  {
    package: 'python3',
    there: () => onPath('python3'),
    without: 'the card reader binding cannot be compiled',
  },
  {
    package: 'fonts-ocr-b',
    there: () => existsSync('/usr/share/fonts/opentype/ocr-b/OCRB.otf'),
    without: 'no simulated passport page before the camera, and no benchmark of reading one',
  },
  {
    package: 'libfprint-2-dev',
    there: () => existsSync('/usr/include/libfprint-2/fprint.h'),
    without: 'no fingerprint scanners behind libfprint: no finger check at the kiosk',
  },
  {
    package: 'libglib2.0-dev',
    there: () => existsSync('/usr/include/glib-2.0/glib.h'),
    without: 'no fingerprint scanners behind libfprint: their helper cannot be compiled',
  },
]

const noVirtualMachine = 'no npm run test:vm; nothing else needs it'

/** What only the stage in a virtual machine needs (docs/testing-in-a-vm.md). Its kernel is downloaded, not installed. */
const needsOfVm = [
  { package: 'qemu-system-x86', there: () => onPath('qemu-system-x86_64') },
  { package: 'busybox-static', there: () => existsSync('/bin/busybox') },
  { package: 'cpio', there: () => onPath('cpio') },
  { package: 'kmod', there: () => onPath('modprobe') },
  { package: 'udev', there: () => existsSync('/lib/systemd/systemd-udevd') },
  { package: 'pcscd', there: () => onPath('pcscd') },
  { package: 'libccid', there: () => existsSync('/usr/lib/pcsc/drivers/ifd-ccid.bundle') },
].map((need) => ({ ...need, without: noVirtualMachine }))

/**
 * @param stage 'vm' for what only `npm run test:vm` needs
 * @returns the needs that this machine does not meet; none where we do not know how to tell
 */
export function missingSystemPackages(stage) {
  return linux ? (stage === 'vm' ? needsOfVm : needs).filter((need) => !need.there()) : []
}

/** Installs them on Debian as root; elsewhere says once, clearly, what is missing and what works all the same. */
export function installSystemPackages(missing, say) {
  const names = missing.map((need) => need.package)
  const debianAsRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (debianAsRoot) {
    say(`Installing system packages: ${names.join(', ')} …`)
    const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['-qq', 'update'], options)
    spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...names], options)
  }
  const still = missing.filter((need) => !need.there())
  if (still.length === 0) return
  say('\nMissing on this machine (the rest works without):')
  for (const need of still) say(`  ${need.package.padEnd(18)} ${need.without}`)
  say(`On Debian or Ubuntu: sudo apt-get install ${still.map((need) => need.package).join(' ')}\n`)
}
