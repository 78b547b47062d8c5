/** What the issuer remembers: kiosks, requests, the numbers of status entries. Personal data in it is encrypted. */
import { createHash, randomInt, scrypt, timingSafeEqual, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { zP256PublicJwk } from '../../main/credentials/keys.ts'
import { openDurableStore } from '../durable-store.ts'
import { zReceiptReason, zReceiptState } from '../z-facts.ts'

const zKiosk = z.object({
  kind: z.literal('kiosk'),
  id: z.string(),
  office: z.string(),
  jwk: zP256PublicJwk,
  user: z.string(),
  salt: z.string(),
  passwordHash: z.string(),
  /** it has signed in once, so the answer to its commissioning has arrived */
  proven: z.boolean().optional(),
})
export type KioskEntry = z.infer<typeof zKiosk>

const zCode = z.object({
  kind: z.literal('code'),
  office: z.string(),
  /** ms since 1970 */
  until: z.number(),
  /** the kiosk that was commissioned with it */
  kiosk: z.string().optional(),
})
export type CodeEntry = z.infer<typeof zCode>

const zRequestEntry = z.object({
  kind: z.literal('request'),
  id: z.string(),
  kiosk: z.string(),
  created: z.string(),
  state: zReceiptState,
  reason: zReceiptReason.optional(),
  seq: z.number().int(),
  /** HMAC of the CID */
  tag: z.string().optional(),
  /** encrypted JSON of the claims, once they were checked */
  claims: z.string().optional(),
  statusIndex: z.number().int().optional(),
  /** fingers that were sealed to us when an offer was asked for, by the SHA-256 of the device's record */
  fingers: z.array(z.object({ at: z.string(), sha256: z.string() })).optional(),
})
export type RequestEntry = z.infer<typeof zRequestEntry>

type Entry =
  | KioskEntry
  | CodeEntry
  | RequestEntry
  | { kind: 'claim'; request: string }
  | { kind: 'revoked'; indexes: number[] }

export interface Registry {
  addKiosk(office: string, jwk: KioskEntry['jwk'], password: string): Promise<KioskEntry>
  /** @param name what a code is kept under; never the code itself */
  code(name: string): Promise<CodeEntry | undefined>
  saveCode(name: string, entry: CodeEntry): Promise<void>
  kiosks(): Promise<KioskEntry[]>
  kioskByUser(user: string, password: string): Promise<KioskEntry | undefined>
  kiosk(id: string): Promise<KioskEntry | undefined>
  request(id: string): Promise<RequestEntry | undefined>
  saveRequest(entry: RequestEntry): Promise<void>
  /** requests whose end has not been decided */
  openRequests(): Promise<RequestEntry[]>
  newestByTag(tag: string): Promise<RequestEntry | undefined>
  /** The first request with that CID and reason gets it; @returns whether it is this one */
  claim(tag: string, reason: string, request: string): Promise<boolean>
  close(): Promise<void>
}

const scryptAsync = promisify<string, string, number, Buffer>(scrypt)
const hashOf = (password: string, salt: string) => scryptAsync(password, salt, 32)
const quickHash = (user: string, password: string) =>
  createHash('sha256').update(`${user}:${password}`).digest('base64')

export function openRegistry(folder: string): Registry {
  const database: PouchDB<Entry> = openDurableStore<Entry>(folder)
  const get = async <T>(id: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const found = await database.get(id).catch(() => undefined)
    return found && schema.parse(found)
  }
  async function put(id: string, entry: Entry): Promise<void> {
    const before = await database.get(id).catch(() => undefined)
    await database.put({ _id: id, ...(before && { _rev: before._rev }), ...entry })
  }
  async function all<T>(prefix: string, schema: z.ZodType<T>): Promise<T[]> {
    const { rows } = await database.allDocs({
      include_docs: true,
      startkey: prefix,
      endkey: `${prefix}\uffff`,
    })
    return rows.map(({ doc }) => schema.parse(doc))
  }
  const kiosks = () => all('kiosk:', zKiosk)
  const signedIn = new Map<string, { quick: string; kiosk: KioskEntry }>()

  return {
    kiosks,
    async addKiosk(office, jwk, password) {
      const number = (await kiosks()).length + 1
      const id = `kiosk-${String(number).padStart(3, '0')}`
      const salt = randomBytes(16).toString('hex')
      const passwordHash = (await hashOf(password, salt)).toString('hex')
      const kiosk: KioskEntry = { kind: 'kiosk', id, office, jwk, user: id, salt, passwordHash }
      await put(`kiosk:${id}`, kiosk)
      return kiosk
    },
    code: (name) => get(`code:${name}`, zCode),
    saveCode: (name, entry) => put(`code:${name}`, entry),
    kiosk: (id) => get(`kiosk:${id}`, zKiosk),
    async kioskByUser(user, password) {
      // Every request carries the password, and scrypt is slow by design: what was right once is known by a quick hash.
      const quick = quickHash(user, password)
      const known = signedIn.get(user)
      if (known?.quick === quick) return known.kiosk
      const kiosk = await get(`kiosk:${user}`, zKiosk)
      if (!kiosk) return undefined
      const hash = await hashOf(password, kiosk.salt)
      if (!timingSafeEqual(hash, Buffer.from(kiosk.passwordHash, 'hex'))) return undefined
      if (!kiosk.proven) await put(`kiosk:${user}`, { ...kiosk, proven: true }).catch(() => undefined)
      signedIn.set(user, { quick, kiosk })
      return kiosk
    },
    request: (id) => get(`request:${id}`, zRequestEntry),
    saveRequest: (entry) =>
      put(`request:${entry.id}`, { ...entry, statusIndex: entry.statusIndex ?? randomInt(0, 131_072) }),
    openRequests: async () =>
      (await all('request:', zRequestEntry)).filter(
        ({ state }) => state === 'received' || state === 'checking',
      ),
    async newestByTag(tag) {
      const found = (await all('request:', zRequestEntry)).filter(
        (entry) => entry.tag === tag && entry.state !== 'rejected',
      )
      return found.sort((a, b) => b.created.localeCompare(a.created))[0]
    },
    async claim(tag, reason, request) {
      const id = `claim:${tag}:${reason}`
      // A put without a revision is the lock: of two, one is refused.
      await database.put({ _id: id, kind: 'claim', request }).catch(() => undefined)
      const held = await database.get<{ request: string }>(id)
      return held.request === request
    },
    close: () => database.close(),
  }
}
