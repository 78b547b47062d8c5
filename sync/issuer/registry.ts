/**
 * What the issuer remembers: kiosks, requests, the numbers of status entries. Personal data in it is encrypted. Beside each
 * request lie the names under which it is looked for (open, by a payload that it waits for, by its citizen): no question
 * has to go through all of them.
 */
import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { z } from 'zod'
import { inTurn } from '../in-turn.ts'
import { allOf, openRecords, type Change, type Records } from './records.ts'
import {
  zClaim,
  zCode,
  zKiosk,
  zOpenRequest,
  zRequestEntry,
  type CodeEntry,
  type KioskEntry,
  type OpenRequest,
  type RequestEntry,
} from './z-registry.ts'

export type { CodeEntry, KioskEntry, OpenRequest, RequestEntry } from './z-registry.ts'

export interface Registry {
  addKiosk(office: string, jwk: KioskEntry['jwk'], password: string): Promise<KioskEntry>
  /** @param name what a code is kept under; never the code itself */
  code(name: string): Promise<CodeEntry | undefined>
  saveCode(name: string, entry: CodeEntry): Promise<void>
  kiosks(): Promise<KioskEntry[]>
  kioskByUser(user: string, password: string): Promise<KioskEntry | undefined>
  kiosk(id: string): Promise<KioskEntry | undefined>
  /** It is in wrong hands. @returns whether there is such a kiosk */
  stolen(id: string, at: string): Promise<boolean>
  request(id: string): Promise<RequestEntry | undefined>
  /**
   * Reads, changes and writes in one step.
   * @param change is given what is there @param waitsFor payloads without which it does not go on
   */
  changeRequest(
    id: string,
    change: (before: RequestEntry | undefined) => RequestEntry,
    waitsFor?: readonly string[],
  ): Promise<RequestEntry>
  /** requests whose end has not been decided */
  openRequests(): AsyncIterable<OpenRequest>
  /** those of them that wait for that payload */
  waitingFor(sha256: string): Promise<OpenRequest[]>
  newestByTag(tag: string): Promise<RequestEntry | undefined>
  /** The first request with that CID and reason gets it; @returns whether it is this one */
  claim(tag: string, reason: string, request: string): Promise<boolean>
  /** @returns which request has it, and which one had it before */
  claimed(tag: string, reason: string): Promise<z.infer<typeof zClaim> | undefined>
  /** It passes from the one to the other, and that is remembered. @returns whether the one still had it */
  passOn(tag: string, reason: string, between: { from: string; to: string }): Promise<boolean>
  /** That request has ended: another with that CID and reason may get it. */
  release(tag: string, reason: string, request: string): Promise<void>
  close(): Promise<void>
}

const scryptAsync = promisify<string, string, number, Buffer>(scrypt)
const secretHashOf = (password: string, salt: string) =>
  createHash('sha256').update(salt).update(password).digest('hex')
const same = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** Kiosks that are kept in memory, about 1 KB each. */
const mostKnown = 5_000

const isOpen = ({ state }: RequestEntry) => state === 'received' || state === 'checking'
const nameByTag = ({ tag, created, id }: RequestEntry) => `tag:${tag}:${created}:${id}`

/** @param records default: a LevelDB in that folder */
export function openRegistry(folder: string, records: Records = openRecords(folder)): Registry {
  const inOrder = inTurn()
  const known = new Map<string, KioskEntry>()
  let count: Promise<number> | undefined

  async function get<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const found = await records.get(key)
    return found === undefined ? undefined : schema.parse(found)
  }
  function remember(kiosk: KioskEntry): KioskEntry {
    const [oldest] = known.keys()
    if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
    known.set(kiosk.id, kiosk)
    return kiosk
  }
  async function kioskOf(id: string): Promise<KioskEntry | undefined> {
    const kept = known.get(id)
    if (kept) return kept
    const found = await get(`kiosk:${id}`, zKiosk)
    return found && remember(found)
  }
  async function saveKiosk(kiosk: KioskEntry): Promise<KioskEntry> {
    await records.write([{ key: `kiosk:${kiosk.id}`, value: kiosk }])
    return remember(kiosk)
  }

  async function kiosks(): Promise<KioskEntry[]> {
    const all: KioskEntry[] = []
    for await (const { value } of allOf(records, 'kiosk:')) all.push(zKiosk.parse(value))
    return all
  }

  async function isRight(kiosk: KioskEntry, password: string): Promise<boolean> {
    if (kiosk.secretHash !== undefined) return same(kiosk.secretHash, secretHashOf(password, kiosk.salt))
    if (kiosk.passwordHash === undefined) return false
    return same(kiosk.passwordHash, (await scryptAsync(password, kiosk.salt, 32)).toString('hex'))
  }

  /** The names under which it is looked for, put and taken away with it. */
  async function names(
    before: RequestEntry | undefined,
    next: RequestEntry,
    waitsFor: readonly string[],
  ): Promise<Change[]> {
    const { id, kiosk } = next
    const opened = await get(`open:${id}`, zOpenRequest)
    const waits = isOpen(next) ? waitsFor : []
    const changes: Change[] = (opened?.waitsFor ?? [])
      .filter((sha256) => !waits.includes(sha256))
      .map((sha256) => ({ key: `want:${sha256}:${id}`, value: undefined }))
    for (const sha256 of waits) changes.push({ key: `want:${sha256}:${id}`, value: { id } })
    if (isOpen(next)) changes.push({ key: `open:${id}`, value: { id, kiosk, waitsFor: waits } })
    else if (opened) changes.push({ key: `open:${id}`, value: undefined })
    if (next.tag !== undefined && before?.tag !== next.tag)
      changes.push({ key: nameByTag(next), value: { id } })
    return changes
  }

  const ready = nameThoseBefore(records)
  ready.catch(() => undefined)

  return {
    kiosks,
    addKiosk: (office, jwk, password) =>
      inOrder('kiosks', async () => {
        count ??= kiosks().then((all) => all.length)
        const number = (await count) + 1
        const id = `kiosk-${String(number).padStart(3, '0')}`
        const salt = randomBytes(16).toString('hex')
        const secretHash = secretHashOf(password, salt)
        const kiosk = await saveKiosk({ kind: 'kiosk', id, office, jwk, user: id, salt, secretHash })
        count = Promise.resolve(number)
        return kiosk
      }),
    code: (name) => get(`code:${name}`, zCode),
    saveCode: (name, entry) => records.write([{ key: `code:${name}`, value: entry }]),
    kiosk: kioskOf,
    stolen: (id, at) =>
      inOrder('kiosks', async () => {
        const kiosk = await kioskOf(id)
        if (kiosk && kiosk.stolen === undefined) await saveKiosk({ ...kiosk, stolen: at })
        return kiosk !== undefined
      }),
    async kioskByUser(user, password) {
      const kiosk = await kioskOf(user)
      if (!kiosk || kiosk.stolen !== undefined || !(await isRight(kiosk, password))) return undefined
      if (kiosk.proven && kiosk.secretHash !== undefined) return kiosk
      const { passwordHash: _slow, ...rest } = kiosk
      const next = { ...rest, proven: true, secretHash: secretHashOf(password, kiosk.salt) }
      // A full disk is no reason to turn it away.
      return saveKiosk(next).catch(() => kiosk)
    },
    request: (id) => get(`request:${id}`, zRequestEntry),
    changeRequest: (id, change, waitsFor = []) =>
      inOrder(`request:${id}`, async () => {
        await ready
        const before = await get(`request:${id}`, zRequestEntry)
        const changed = change(before)
        const next = { ...changed, statusIndex: changed.statusIndex ?? randomInt(0, 131_072) }
        await records.write([{ key: `request:${id}`, value: next }, ...(await names(before, next, waitsFor))])
        return next
      }),
    async *openRequests() {
      await ready
      for await (const { value } of allOf(records, 'open:')) yield zOpenRequest.parse(value)
    },
    async waitingFor(sha256) {
      await ready
      const rows = await records.list(`want:${sha256}:`)
      const all = await Promise.all(
        rows.map(({ key }) => get(`open:${key.slice(`want:${sha256}:`.length)}`, zOpenRequest)),
      )
      return all.filter((one) => one !== undefined)
    },
    async newestByTag(tag) {
      await ready
      const prefix = `tag:${tag}:`
      for (const { key } of await records.list(prefix, { newestFirst: true })) {
        const entry = await get(`request:${key.slice(key.lastIndexOf(':') + 1)}`, zRequestEntry)
        if (entry && entry.state !== 'rejected') return entry
      }
      return undefined
    },
    claim: (tag, reason, request) =>
      inOrder(`claim:${tag}`, async () => {
        const key = `claim:${tag}:${reason}`
        const held = await get(key, zClaim)
        if (held) return held.request === request
        await records.write([{ key, value: { kind: 'claim', request } }])
        return true
      }),
    claimed: (tag, reason) => get(`claim:${tag}:${reason}`, zClaim),
    passOn: (tag, reason, { from, to }) =>
      inOrder(`claim:${tag}`, async () => {
        const key = `claim:${tag}:${reason}`
        const held = await get(key, zClaim)
        if (held?.request !== from) return false
        await records.write([{ key, value: { kind: 'claim', request: to, replaces: from } }])
        return true
      }),
    release: (tag, reason, request) =>
      inOrder(`claim:${tag}`, async () => {
        const key = `claim:${tag}:${reason}`
        const held = await get(key, zClaim)
        if (held?.request === request) await records.write([{ key, value: undefined }])
      }),
    close: async () => {
      await ready.catch(() => undefined)
      await records.close()
    },
  }
}

/** A registry of before has no names: they are given once. */
async function nameThoseBefore(records: Records): Promise<void> {
  if ((await records.get('meta:named')) !== undefined) return
  for await (const { value } of allOf(records, 'request:')) {
    const entry = zRequestEntry.parse(value)
    const { id, kiosk } = entry
    const changes: Change[] = []
    if (isOpen(entry)) changes.push({ key: `open:${id}`, value: { id, kiosk, waitsFor: [] } })
    if (entry.tag !== undefined) changes.push({ key: nameByTag(entry), value: { id } })
    if (changes.length > 0) await records.write(changes)
  }
  await records.write([{ key: 'meta:named', value: { version: 1 } }])
}
