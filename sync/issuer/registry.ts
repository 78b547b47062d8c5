/** What the issuer remembers: kiosks, requests, the numbers of status entries. Personal data in it is encrypted. */
import { randomInt, scryptSync, timingSafeEqual, randomBytes } from 'node:crypto'
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
})
export type KioskEntry = z.infer<typeof zKiosk>

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
})
export type RequestEntry = z.infer<typeof zRequestEntry>

type Entry =
  KioskEntry | RequestEntry | { kind: 'claim'; request: string } | { kind: 'revoked'; indexes: number[] }

export interface Registry {
  addKiosk(office: string, jwk: KioskEntry['jwk']): Promise<{ kiosk: KioskEntry; password: string }>
  kiosks(): Promise<KioskEntry[]>
  kioskByUser(user: string, password: string): Promise<KioskEntry | undefined>
  kiosk(id: string): Promise<KioskEntry | undefined>
  request(id: string): Promise<RequestEntry | undefined>
  saveRequest(entry: RequestEntry): Promise<void>
  newestByTag(tag: string): Promise<RequestEntry | undefined>
  /** The first request with that CID and reason gets it; @returns whether it is this one */
  claim(tag: string, reason: string, request: string): Promise<boolean>
  close(): Promise<void>
}

const hashOf = (password: string, salt: string) => scryptSync(password, salt, 32)

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

  return {
    kiosks,
    async addKiosk(office, jwk) {
      const number = (await kiosks()).length + 1
      const id = `kiosk-${String(number).padStart(3, '0')}`
      const password = randomBytes(24).toString('base64url')
      const salt = randomBytes(16).toString('hex')
      const passwordHash = hashOf(password, salt).toString('hex')
      const kiosk: KioskEntry = { kind: 'kiosk', id, office, jwk, user: id, salt, passwordHash }
      await put(`kiosk:${id}`, kiosk)
      return { kiosk, password }
    },
    kiosk: (id) => get(`kiosk:${id}`, zKiosk),
    async kioskByUser(user, password) {
      const kiosk = await get(`kiosk:${user}`, zKiosk)
      if (!kiosk) return undefined
      return timingSafeEqual(hashOf(password, kiosk.salt), Buffer.from(kiosk.passwordHash, 'hex'))
        ? kiosk
        : undefined
    },
    request: (id) => get(`request:${id}`, zRequestEntry),
    saveRequest: (entry) =>
      put(`request:${entry.id}`, { ...entry, statusIndex: entry.statusIndex ?? randomInt(0, 131_072) }),
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
