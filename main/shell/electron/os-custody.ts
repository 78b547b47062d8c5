/** The vault's key in the operating system's key store, by Electron's `safeStorage`. */
import { readFile } from 'node:fs/promises'
import type { SafeStorage } from 'electron'
import { fileCustody, isMissing } from '../../vault/file-custody.ts'
import type { KeyCustody } from '../../vault/key-custody.ts'
import { writeDurably } from '../../vault/write-durably.ts'

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>

/**
 * @returns whether the system really guards a key. On Linux without a key ring `safeStorage` encrypts with a password that
 * everybody knows, which is no better than a file and must not be shown as more.
 */
export async function isGuarded(storage: Storage, platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend()))
    return false
  return storage.isAsyncEncryptionAvailable()
}

interface Places {
  /** the key, encrypted by the system */
  sealed: string
  /** the key itself, where the system guards none */
  plain: string
}

/**
 * @returns the system's key store where it guards a key, else a file. A kiosk that began with a file keeps it: its queue
 * is encrypted with that key.
 */
export async function chooseCustody(
  storage: Storage,
  places: Places,
  platform = process.platform,
): Promise<KeyCustody> {
  const file = fileCustody(places.plain)
  if ((await file.load()) !== undefined) return file
  return (await isGuarded(storage, platform))
    ? osCustody(storage, places.sealed)
    : fileUnlessSealed(file, places.sealed)
}

function osCustody(storage: Storage, path: string): KeyCustody {
  const keep = async (key: Uint8Array) => {
    await writeDurably(path, await storage.encryptStringAsync(Buffer.from(key).toString('base64')))
  }
  return {
    kind: 'os',
    keep,
    async load() {
      const sealed = await readIfThere(path)
      if (!sealed) return undefined
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(sealed)
      const key = Buffer.from(result, 'base64')
      if (shouldReEncrypt) await keep(key)
      return key
    },
  }
}

/** A key that the system once sealed and now cannot open must not be replaced by a new one: the queue would be lost. */
async function fileUnlessSealed(file: KeyCustody, sealed: string): Promise<KeyCustody> {
  if (await readIfThere(sealed)) {
    throw new Error(
      "The system's key store holds this kiosk's key and is not available now. Unlock it, then start again.",
    )
  }
  return file
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
