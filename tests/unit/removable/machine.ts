/** A file system as the kernel shows it, with what is plugged in. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Disk {
  /** where it hangs, below /sys/devices */
  at: string
  removable: boolean
  partitions: readonly string[]
}

export interface Machine {
  root: string
  mounts(lines: readonly string[]): void
  end(): void
}

export function machineWith(disks: Readonly<Record<string, Disk>>): Machine {
  const root = mkdtempSync(join(tmpdir(), 'kiosk-media-'))
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, 'sys/class/block'), { recursive: true })
  for (const [disk, { at, removable, partitions }] of Object.entries(disks)) {
    const device = `sys/devices/${at}/block/${disk}`
    put(`${device}/removable`, removable ? '1\n' : '0\n')
    symlinkSync(join(root, device), join(root, 'sys/class/block', disk))
    for (const [index, name] of partitions.entries()) {
      put(`${device}/${name}/partition`, `${index + 1}\n`)
      symlinkSync(join(root, device, name), join(root, 'sys/class/block', name))
    }
  }
  return {
    root,
    mounts(lines) {
      put('proc/mounts', `${lines.join('\n')}\n`)
      for (const line of lines) {
        const folder = line.split(' ')[1]?.replaceAll('\\040', ' ') ?? ''
        mkdirSync(join(root, folder), { recursive: true })
      }
    },
    end: () => rmSync(root, { recursive: true, force: true }),
  }
}

const usb = 'pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0'
const sata = 'pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0'

/** An office computer: its own disk, a stick, a disk on USB, and the slot for memory cards. */
export const officeComputer = () =>
  machineWith({
    sda: { at: sata, removable: false, partitions: ['sda1', 'sda2', 'sda3'] },
    sdb: { at: usb, removable: true, partitions: ['sdb1'] },
    sdc: { at: usb.replace('1-2', '1-3'), removable: false, partitions: ['sdc1'] },
    mmcblk0: { at: 'platform/mmc0', removable: false, partitions: ['mmcblk0p1'] },
  })
