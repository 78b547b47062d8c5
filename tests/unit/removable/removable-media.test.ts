/** Which media are found, and that what is written is there whole or not at all. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMedia } from '../../../main/removable/find-media.ts'
import { createRemovableMedia } from '../../../main/removable/removable-media.ts'
import { writeToMedium } from '../../../main/removable/write-to-medium.ts'
import { officeComputer, type Machine } from './machine.ts'

const own = ['proc /proc proc rw 0 0', '/dev/sda2 / ext4 rw,relatime 0 0', '/dev/sda1 /boot/efi vfat rw 0 0']
const stick = '/dev/sdb1 /media/karma/NYIMA\\040DORJI vfat rw,nosuid,uid=1000 0 0'
const bytes = Buffer.from('who reads this, reads it from the stick')

let machine: Machine
beforeEach(() => {
  machine = officeComputer()
})
afterEach(() => machine.end())
const names = async () => (await findMedia(machine.root)).map(({ id, name }) => `${id} ${name}`)

describe('what is found', () => {
  it.each([
    ['nothing but the machine’s own', [], []],
    ['a stick, by the name that its owner gave it', [stick], ['sdb1 NYIMA DORJI']],
    ['a stick that somebody mounted by hand', ['/dev/sdb1 /mnt/stick vfat rw 0 0'], ['sdb1 stick']],
    ['a stick without partitions', ['/dev/sdb /run/media/karma/ALL vfat rw 0 0'], ['sdb ALL']],
    ['a disk on USB', ['/dev/sdc1 /mnt/disk ext4 rw 0 0'], ['sdc1 disk']],
    [
      'a card, which the desktop mounted',
      ['/dev/mmcblk0p1 /media/karma/CARD exfat rw 0 0'],
      ['mmcblk0p1 CARD'],
    ],
    ['no further part of the machine’s own disk', ['/dev/sda3 /media/karma/Data ext4 rw 0 0'], []],
    ['no folder in memory', ['tmpfs /media/memory tmpfs rw 0 0'], []],
    ['the same stick once', [stick, '/dev/sdb1 /mnt/again vfat rw 0 0'], ['sdb1 NYIMA DORJI']],
  ])('%s', async (_name, mounts, found) => {
    machine.mounts([...own, ...mounts])
    expect(await names()).toEqual(found)
  })

  it('not the stick that the machine itself runs from', async () => {
    machine.mounts(['/dev/sdb1 / ext4 rw 0 0', '/dev/sdc1 /media/karma/OTHER vfat rw 0 0'])
    expect(await names()).toEqual(['sdc1 OTHER'])
  })

  it('nothing where there are no such files, as on another system', async () => {
    expect(await findMedia(join(machine.root, 'nowhere'))).toEqual([])
  })
})

describe('writing', () => {
  const folder = () => join(machine.root, 'media/karma/NYIMA DORJI')
  const media = () => createRemovableMedia(machine.root)
  const write = (id = 'sdb1', name = 'report.json') => media().write(id, [{ name, bytes }])
  const codeOf = async (result: ReturnType<typeof write>) => (await result)._unsafeUnwrapErr().code

  it('puts the files on the chosen stick, and nothing else', async () => {
    machine.mounts([...own, stick])
    expect((await write())._unsafeUnwrap()).toEqual({ medium: 'NYIMA DORJI', files: ['report.json'] })
    expect(readdirSync(folder())).toEqual(['report.json'])
    expect(readFileSync(join(folder(), 'report.json'))).toEqual(bytes)
  })

  it('says why not: nothing plugged in, another one chosen, its lock is on', async () => {
    machine.mounts(own)
    expect(await codeOf(write())).toBe('stick.none')
    machine.mounts([...own, stick])
    expect(await codeOf(write('sdz1'))).toBe('stick.gone')
    machine.mounts([...own, stick.replace('rw,', 'ro,')])
    expect(await codeOf(write())).toBe('stick.read-only')
    expect(await media().list()).toMatchObject([{ readOnly: true }])
    expect(readdirSync(folder())).toEqual([])
  })

  it('says that there is no room before it begins', async () => {
    machine.mounts([...own, stick])
    const [{ freeBytes = 0 } = {}] = await media().list()
    // Twice, for what else this machine does may free some meanwhile.
    const large = { name: 'large', bytes: { length: freeBytes * 2 } as Uint8Array }
    expect((await media().write('sdb1', [large]))._unsafeUnwrapErr().code).toBe('stick.full')
  })

  it('follows no link that lies on the stick', async () => {
    machine.mounts([...own, stick])
    const outside = join(machine.root, 'outside')
    writeFileSync(outside, 'untouched')
    symlinkSync(outside, join(folder(), 'report.json'))
    symlinkSync(outside, join(folder(), 'report.json.new'))
    expect((await write()).isOk()).toBe(true)
    expect(readFileSync(outside, 'utf8')).toBe('untouched')
    expect(lstatSync(join(folder(), 'report.json')).isFile()).toBe(true)
  })

  it('takes back what the stick did not keep as it was written', async () => {
    machine.mounts([...own, stick])
    const files = [
      { name: 'a', bytes },
      { name: 'b', bytes },
    ]
    const forged = { readBack: async (path: string) => (path.endsWith('b') ? new Uint8Array(39) : bytes) }
    const result = await writeToMedium(folder(), files, forged)
    expect(result._unsafeUnwrapErr().code).toBe('stick.not-as-written')
    expect(readdirSync(folder())).toEqual([])
  })

  it.each([
    ['ENOSPC', 'stick.full'],
    ['EROFS', 'stick.read-only'],
    ['ENXIO', 'stick.gone'],
    ['EIO', 'stick.failed'],
  ])('tells %s as %s and leaves nothing behind', async (code, told) => {
    machine.mounts([...own, stick])
    const readBack = () => Promise.reject(Object.assign(new Error(code), { code }))
    const result = await writeToMedium(folder(), [{ name: 'a', bytes }], { readBack })
    expect(result._unsafeUnwrapErr().code).toBe(told)
    expect(readdirSync(folder())).toEqual([])
  })

  it('tells a stick that went away, and hides no bug behind one', async () => {
    machine.mounts([...own, stick])
    rmSync(folder(), { recursive: true })
    expect((await writeToMedium(folder(), [{ name: 'a', bytes }]))._unsafeUnwrapErr().code).toBe('stick.gone')
    expect(existsSync(folder())).toBe(false)
    machine.mounts([...own, stick])
    const bug = { readBack: () => Promise.reject(new TypeError('a bug')) }
    await expect(writeToMedium(folder(), [{ name: 'a', bytes }], bug)).rejects.toThrow('a bug')
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells a folder of somebody else (not as root, who may write anywhere)',
    async () => {
      machine.mounts([...own, stick])
      chmodSync(folder(), 0o500)
      expect(await codeOf(write())).toBe('stick.read-only')
    },
  )
})
