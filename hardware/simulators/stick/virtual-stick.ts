/** A stick as the kernel shows it: a disk on USB below `/sys`, and its mount in `/proc/mounts`. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Plugged {
  name: string
  readOnly: boolean
}

const device = 'sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb'

/** @param root a folder of its own; what is on the stick stays there when it is pulled out */
export function createVirtualStick(root: string) {
  let plugged: Plugged | undefined
  const put = (path: string, text: string) => writeFileSync(join(root, path), text)
  mkdirSync(join(root, device, 'sdb1'), { recursive: true })
  mkdirSync(join(root, 'sys/class/block'), { recursive: true })
  mkdirSync(join(root, 'proc'), { recursive: true })
  put(`${device}/removable`, '1\n')
  put(`${device}/sdb1/partition`, '1\n')
  for (const [name, target] of [
    ['sdb', device],
    ['sdb1', `${device}/sdb1`],
  ] as const) {
    rmSync(join(root, 'sys/class/block', name), { force: true })
    symlinkSync(join(root, target), join(root, 'sys/class/block', name))
  }
  unplug()

  const folderOf = (name: string) => join('/media/kiosk', name)

  function unplug(): void {
    plugged = undefined
    put('proc/mounts', '/dev/sda1 / ext4 rw 0 0\n')
  }

  return {
    plug(next: Plugged): void {
      plugged = next
      const folder = folderOf(next.name)
      mkdirSync(join(root, folder), { recursive: true })
      const how = next.readOnly ? 'ro' : 'rw'
      const mounted = `/dev/sdb1 ${folder.replaceAll(' ', '\\040')} vfat ${how},nosuid,nodev 0 0`
      put('proc/mounts', `/dev/sda1 / ext4 rw 0 0\n${mounted}\n`)
    },
    unplug,
    state: () => ({
      plugged: plugged !== undefined,
      readOnly: plugged?.readOnly ?? false,
      folder: plugged ? join(root, folderOf(plugged.name)) : null,
      files: plugged ? readdirSync(join(root, folderOf(plugged.name))).toSorted() : [],
    }),
  }
}
