import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import type { KeyCustody } from '../../../main/vault/key-custody.ts'
import { openVault, VaultLocked } from '../../../main/vault/vault.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-'))
})
afterEach(() => rm(folder, { recursive: true }))

const open = (custody: KeyCustody = fileCustody(join(folder, 'key'))) =>
  openVault({ folder: join(folder, 'records'), custody, random: randomBytes })
const secret = Buffer.from('Tashi Wangmo 10203004050')

describe('the vault', () => {
  test('gives back after a restart what it was given, and nothing of it lies in the clear', async () => {
    await (await open()).write('one', secret)
    expect(Buffer.from((await (await open()).read('one')) ?? [])).toEqual(secret)
    const onDisk = await readFile(join(folder, 'records', 'one.sealed'))
    expect(onDisk.includes(secret)).toBe(false)
    expect(await (await open()).read('never')).toBeUndefined()
  })

  test.skipIf(process.platform === 'win32')('keeps key and records from other users', async () => {
    await (await open()).write('one', secret)
    for (const path of [join(folder, 'key'), join(folder, 'records', 'one.sealed')]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
  })

  test('refuses a record in another one’s place', async () => {
    const vault = await open()
    await vault.write('one', secret)
    await rename(join(folder, 'records', 'one.sealed'), join(folder, 'records', 'two.sealed'))
    await expect(vault.read('two')).rejects.toThrow(VaultLocked)
  })

  test('refuses every record with one bit changed, wherever', async () => {
    const vault = await open()
    const sealed = vault.seal('one', secret)
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => vault.open('one', changed)).toThrow(VaultLocked)
    }
    expect(() => vault.open('one', sealed.subarray(0, 20))).toThrow(VaultLocked)
  })

  test('never makes a new key over records that the lost one sealed', async () => {
    await (await open()).write('one', secret)
    await rm(join(folder, 'key'))
    await expect(open()).rejects.toThrow(VaultLocked)
    await writeFile(join(folder, 'key'), randomBytes(16))
    await expect(open()).rejects.toThrow('16 bytes')
  })

  test('takes its key from another custody, as the Electron shell gives one', async () => {
    let kept: Uint8Array | undefined
    const custody: KeyCustody = {
      kind: 'os',
      load: async () => kept,
      keep: async (key) => {
        kept = key
      },
    }
    const vault = await open(custody)
    expect(vault.custody).toBe('os')
    await vault.write('one', secret)
    expect(Buffer.from((await (await open(custody)).read('one')) ?? [])).toEqual(secret)
    expect(vault.derive('a')).toEqual((await open(custody)).derive('a'))
    expect(vault.derive('a')).not.toEqual(vault.derive('b'))
  })
})
