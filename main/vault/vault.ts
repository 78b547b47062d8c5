/**
 * The kiosk's secrets at rest. One data key, kept by a `KeyCustody`, encrypts every record (AES-256-GCM). The record's
 * id is authenticated with it, so that a record put in another's place is refused and not taken for it.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from './file-custody.ts'
import type { KeyCustody } from './key-custody.ts'
import { writeDurably } from './write-durably.ts'

const version = 1
const ivBytes = 12
const tagBytes = 16
const keyBytes = 32

/** The key that opens the kiosk's records is gone or is another one: a technician must commission the kiosk anew. */
export class VaultLocked extends Error {}

export interface Vault {
  readonly custody: KeyCustody['kind']
  /** @returns version, IV, ciphertext and tag */
  seal(id: string, plain: Uint8Array): Uint8Array
  /** @returns the plaintext @throws VaultLocked - if it was damaged, or sealed under another id or key */
  open(id: string, sealed: Uint8Array): Uint8Array
  /** @returns 32 bytes that only this kiosk can compute, another for each purpose (HKDF-SHA256) */
  derive(purpose: string): Uint8Array
  /** @returns what was last written under that name @throws VaultLocked */
  read(name: string): Promise<Uint8Array | undefined>
  /** Resolves when the record is on the disk. */
  write(name: string, plain: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
}

interface VaultOptions {
  folder: string
  custody: KeyCustody
  random: (bytes: number) => Uint8Array
}

/** Opens the vault; makes its key on the very first start. @throws VaultLocked - if there are records but no key */
export async function openVault({ folder, custody, random }: VaultOptions): Promise<Vault> {
  const key = (await custody.load()) ?? (await firstKey(folder, custody, random))
  if (key.length !== keyBytes)
    throw new VaultLocked(`The vault's key has ${key.length} bytes instead of ${keyBytes}`)
  const path = (name: string) => join(folder, `${name}.sealed`)

  function seal(id: string, plain: Uint8Array): Uint8Array {
    const iv = random(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id, 'utf8'))
    return Buffer.concat([Buffer.of(version), iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  function open(id: string, sealed: Uint8Array): Uint8Array {
    if (sealed[0] !== version || sealed.length < 1 + ivBytes + tagBytes)
      throw new VaultLocked(`${id} is damaged`)
    const iv = sealed.subarray(1, 1 + ivBytes)
    const tag = sealed.subarray(-tagBytes)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
        .setAAD(Buffer.from(id, 'utf8'))
        .setAuthTag(tag)
      return Buffer.concat([decipher.update(sealed.subarray(1 + ivBytes, -tagBytes)), decipher.final()])
    } catch {
      throw new VaultLocked(`${id} was not sealed with this vault's key, or is damaged`)
    }
  }

  return {
    custody: custody.kind,
    seal,
    open,
    derive: (purpose) => new Uint8Array(hkdfSync('sha256', key, 'bhutan-id-kiosk', purpose, keyBytes)),
    async read(name) {
      try {
        return open(name, await readFile(path(name)))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    write: (name, plain) => writeDurably(path(name), seal(name, plain)),
    remove: (name) => rm(path(name), { force: true }),
  }
}

async function firstKey(folder: string, custody: KeyCustody, random: (bytes: number) => Uint8Array) {
  const records = await readdir(folder).catch(() => [])
  if (records.some((name) => name.endsWith('.sealed'))) {
    throw new VaultLocked('There are sealed records, but the key that opens them is gone')
  }
  const key = random(keyBytes)
  await custody.keep(key)
  return key
}
