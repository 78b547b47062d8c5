/** Keys and credentials of this phone: made at the first use, kept in the browser, gone at "start afresh". */
import { createHolderKeys, holderOf, type Holder } from '../protocol/holder.ts'
import { zPublicJwk } from '../protocol/z-jwk.ts'
import type { BrowserStore } from './browser-store.ts'
import { emptyWallet, zWallet, type Wallet } from './z-wallet.ts'

export interface Keeper {
  holder: Holder
  wallet: Wallet
  keep(wallet: Wallet): Promise<void>
}

const aes = { name: 'AES-GCM', length: 256 }

/** @throws where the browser has no store, or no cryptography since the page is not secure */
export async function openKeeper(store: BrowserStore): Promise<Keeper> {
  const kept = { key: await store.read('key'), holder: holderIn(await store.read('holder')) }
  const key = kept.key instanceof CryptoKey ? kept.key : await newKey()
  const keys = kept.holder ?? (await createHolderKeys())
  const stored = kept.holder && kept.key instanceof CryptoKey ? await store.read('wallet') : undefined
  const wallet = (stored !== undefined && (await opened(stored, key))) || emptyWallet()
  if (kept.key !== key || kept.holder === undefined)
    await store.write({ key, holder: { ...keys }, wallet: await sealed(wallet, key) })
  return {
    holder: await holderOf(keys),
    wallet,
    keep: async (next) => store.write({ wallet: await sealed(next, key) }),
  }
}

const newKey = () => crypto.subtle.generateKey(aes, false, ['encrypt', 'decrypt'])

function holderIn(value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('jwk' in value) || !('signing' in value) || !('opening' in value)) return undefined
  const { signing, opening } = value
  const jwk = zPublicJwk.safeParse(value.jwk).data
  if (!jwk || !(signing instanceof CryptoKey) || typeof opening !== 'object' || opening === null)
    return undefined
  const pair = { privateKey: undefined, publicKey: undefined, ...opening }
  return pair.privateKey && pair.publicKey
    ? { jwk, signing, opening: { privateKey: pair.privateKey, publicKey: pair.publicKey } }
    : undefined
}

async function sealed(wallet: Wallet, key: CryptoKey) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const plain = new TextEncoder().encode(JSON.stringify(wallet))
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain) }
}

async function opened(stored: unknown, key: CryptoKey): Promise<Wallet | undefined> {
  if (typeof stored !== 'object' || stored === null || !('iv' in stored) || !('bytes' in stored))
    return undefined
  const { iv, bytes } = stored
  if (!(iv instanceof Uint8Array) || !(bytes instanceof ArrayBuffer)) return undefined
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: Uint8Array.from(iv) }, key, bytes)
    return zWallet.parse(JSON.parse(new TextDecoder().decode(plain)))
  } catch {
    return undefined
  }
}
