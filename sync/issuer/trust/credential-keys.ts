/**
 * The keys that credentials are signed with, one after the other. The first is the key that kiosks are pinned to, as it was
 * before there were others; from the first rotation on they are apart. The next key is made, and told, before it is used:
 * kiosks that have synced since the last rotation know it already.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { PublicJwk } from '../../../main/credentials/did/public-jwk.ts'
import {
  generateIssuerKey,
  issuerKeyFromJwk,
  zP256PrivateJwk,
  type IssuerKey,
  type P256PublicJwk,
} from '../../../main/credentials/keys.ts'
import { keepFile, readKept } from '../kept-file.ts'

const zInstant = z.iso.datetime()
const zKept = z.object({
  jwk: zP256PrivateJwk,
  did: z.string(),
  /** DID URL; a ledger says it once the key is written there */
  id: z.string().optional(),
  from: zInstant,
  /** the one that signs now; of the others those without `until` were never used */
  signs: z.boolean().default(false),
  until: zInstant.optional(),
  revoked: zInstant.optional(),
})
type Kept = z.infer<typeof zKept>
const zFile = z.object({ keys: z.array(zKept).min(1) })

/** As the trust list names it. */
export interface CredentialKeyEntry {
  id: string
  jwk: PublicJwk
  from: string
  until?: string
  revoked?: string
}

export interface CredentialKeys {
  /** signs credentials, status lists and delegations now */
  current(): IssuerKey
  entries(): CredentialKeyEntry[]
  /** DIDs under which anything was or will be signed */
  names(): string[]
  /** keys whose name on the ledger is not known yet */
  unnamed(): { did: string; jwk: P256PublicJwk }[]
  /** @param keys of the DID's document, as it was seen on the ledger */
  learn(did: string, keys: readonly { id: string; jwk: PublicJwk }[]): void
  /** The next key signs from now on; what was signed before stays good. `key.next-unnamed` */
  rotate(): Promise<KeyVerdict>
  /** Nothing that it signed is good any more; where it signs now the next one takes its place. `key.unknown`, `key.next-unnamed` */
  revoke(id: string): Promise<KeyVerdict>
}
export type KeyVerdict =
  { ok: true; signs: string } | { ok: false; error: 'key.unknown' | 'key.next-unnamed' }

interface Parts {
  dataDir: string
  /** what kiosks are pinned to */
  signing: IssuerKey
  /** did:web or did:ethr that new keys belong to; default: each key is its own did:key */
  did?: string | undefined
  clock: { now(): number }
}

/** Before there was a file of keys, the pinned key signed everything. */
const always = '2020-01-01T00:00:00.000Z'

export async function openCredentialKeys({ dataDir, signing, did, clock }: Parts): Promise<CredentialKeys> {
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'keys', 'credentials.json')
  const stored = readKept(path)
  const now = () => new Date(clock.now()).toISOString()
  async function fresh(): Promise<Kept> {
    const made = await generateIssuerKey()
    const name = did ?? made.did
    const id = did === undefined ? made.keyId : webKeyId(did, made)
    return { jwk: made.privateJwk, did: name, ...(id && { id }), from: now(), signs: false }
  }
  const first = (): Kept => ({
    ...{ jwk: signing.privateJwk, did: signing.did, id: signing.keyId, from: always, signs: true },
  })
  let keys = stored ? zFile.parse(JSON.parse(stored.toString('utf8'))).keys : [first(), await fresh()]
  if (!stored) keepFile(path, JSON.stringify({ keys }))

  const publics = new Map<string, P256PublicJwk>()
  for (const { jwk } of keys) publics.set(jwk.x, (await issuerKeyFromJwk(jwk)).publicJwk)
  const publicOf = ({ jwk }: Kept): P256PublicJwk => publics.get(jwk.x) ?? signing.publicJwk
  async function save(changed: Kept[]): Promise<void> {
    for (const { jwk } of changed) publics.set(jwk.x, (await issuerKeyFromJwk(jwk)).publicJwk)
    keepFile(path, JSON.stringify({ keys: changed }))
    keys = changed
  }
  const isNext = (key: Kept) => !key.signs && key.until === undefined && key.revoked === undefined
  const signer = () => keys.find(({ signs }) => signs)

  async function rotate(): Promise<KeyVerdict> {
    // What was asked for since may be of another DID than what was made ready before.
    const next = keys.find((key) => isNext(key) && (did === undefined || key.did === did)) ?? (await fresh())
    if (next.id === undefined) return { ok: false, error: 'key.next-unnamed' }
    const { id } = next
    const at = now()
    const others = keys.filter((key) => key.jwk.x !== next.jwk.x)
    await save([
      ...others.map((key) => (key.signs ? { ...key, signs: false, until: at } : key)),
      { ...next, signs: true },
      await fresh(),
    ])
    return { ok: true, signs: id }
  }

  return {
    current() {
      const key = signer()
      if (key?.id === undefined) throw new Error('no key signs credentials')
      return { did: key.did, keyId: key.id, privateJwk: key.jwk, publicJwk: publicOf(key) }
    },
    entries: () =>
      keys.flatMap((key) => {
        const { id, from, until, revoked } = key
        if (id === undefined) return []
        return [{ id, jwk: publicOf(key), from, ...(until && { until }), ...(revoked && { revoked }) }]
      }),
    names: () => [...new Set(keys.map((key) => key.did))],
    unnamed: () =>
      keys.flatMap((key) => (key.id === undefined ? [{ did: key.did, jwk: publicOf(key) }] : [])),
    learn(name, seen) {
      const named = keys.map((key) => {
        const found = seen.find(
          ({ jwk }) => jwk.crv === 'P-256' && jwk.x === key.jwk.x && jwk.y === key.jwk.y,
        )
        return key.id === undefined && key.did === name && found ? { ...key, id: found.id } : key
      })
      if (named.every((key, at) => key === keys[at])) return
      keepFile(path, JSON.stringify({ keys: named }))
      keys = named
    },
    rotate,
    async revoke(id) {
      const meant = keys.find((key) => key.id === id)
      if (!meant) return { ok: false, error: 'key.unknown' }
      if (meant.signs) {
        const rotated = await rotate()
        if (!rotated.ok) return rotated
      }
      const at = now()
      const left = keys.map((key) => (key.id === id ? { ...key, revoked: key.revoked ?? at } : key))
      await save(left.some(isNext) ? left : [...left, await fresh()])
      return { ok: true, signs: signer()?.id ?? '' }
    },
  }
}

/** On the web this issuer says itself what its keys are called; on a ledger the registry counts them. */
function webKeyId(did: string, { publicJwk }: IssuerKey): string | undefined {
  return did.startsWith('did:web:') ? `${did}#${publicJwk.x.slice(0, 16)}` : undefined
}
