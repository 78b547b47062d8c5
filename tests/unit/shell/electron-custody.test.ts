import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseCustody, isGuarded } from '../../../main/shell/electron/os-custody.ts'

/** Stands for the system's key store, which only a running Electron has: it hides the text and can be locked. */
function storage(backend: 'basic_text' | 'gnome_libsecret' | 'unknown', available = true, rotated = false) {
  const flip = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
  return {
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: () => Promise.resolve(available),
    encryptStringAsync: (text: string) => Promise.resolve(flip(Buffer.from(text))),
    decryptStringAsync: (sealed: Buffer) =>
      Promise.resolve({ result: flip(sealed).toString(), shouldReEncrypt: rotated }),
  }
}

describe("custody of the vault's key", () => {
  let folder = ''
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-custody-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const places = () => ({ sealed: join(folder, 'sealed'), plain: join(folder, 'plain') })
  const key = Uint8Array.from({ length: 32 }, (_, index) => index)

  it.each([
    ['gnome_libsecret', 'linux', true, true],
    ['basic_text', 'linux', true, false],
    ['unknown', 'linux', true, false],
    ['gnome_libsecret', 'linux', false, false],
    ['unknown', 'win32', true, true],
    ['unknown', 'darwin', false, false],
  ] as const)('%s on %s, available %s: guarded %s', async (backend, platform, available, guarded) => {
    expect(await isGuarded(storage(backend, available), platform)).toBe(guarded)
  })

  it('is the system where it guards a key, which then is nowhere in the clear', async () => {
    const custody = await chooseCustody(storage('gnome_libsecret', true, true), places(), 'linux')
    expect(custody.kind).toBe('os')
    expect(await custody.load()).toBeUndefined()
    await custody.keep(key)
    expect(Uint8Array.from((await custody.load()) ?? [])).toEqual(key)
    expect(existsSync(places().plain)).toBe(false)
    expect(readFileSync(places().sealed).includes(Buffer.from(key).toString('base64'))).toBe(false)
  })
  it('is a file where the system guards none, and says so', async () => {
    const custody = await chooseCustody(storage('basic_text'), places(), 'linux')
    expect(custody.kind).toBe('file')
    await custody.keep(key)
    expect(existsSync(places().sealed)).toBe(false)
  })
  it('stays a file for a kiosk that began with one', async () => {
    writeFileSync(places().plain, key)
    expect((await chooseCustody(storage('gnome_libsecret'), places(), 'linux')).kind).toBe('file')
  })
  it('never makes a new key while the old one is locked away', async () => {
    await (await chooseCustody(storage('gnome_libsecret'), places(), 'linux')).keep(key)
    await expect(chooseCustody(storage('gnome_libsecret', false), places(), 'linux')).rejects.toThrow(
      /Unlock/,
    )
  })
})
