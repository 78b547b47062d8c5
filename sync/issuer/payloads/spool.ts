/**
 * The folder in which uploads arrive. A file stays in it until the payload store has the payload: what the store did not
 * take, and what a crash left between the last byte and the store, is offered again, by itself.
 */
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256Hex } from '../../packet.ts'
import { zSha256 } from '../../z-facts.ts'
import type { PayloadStore } from './payload-store.ts'

/** What nobody went on with for so long is begun anew, if at all. */
const abandonedMs = 14 * 86_400_000
/** Uploads whose end is remembered, for kiosks that did not hear it. */
const mostLately = 20_000

const zArriving = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  size: z.number(),
  metadata: z.object({ sha256: zSha256 }),
})

export interface SpoolOptions {
  spool: string
  payloads: Pick<PayloadStore, 'put'>
  onKept: (sha256: string) => void
  onProblem: (event: string) => void
  retryMs?: number
  reserveBytes?: number
}

export interface SpoolState {
  /** uploads that are under way or lie there */
  files: number
  bytes: number
  /** whole, and not yet in the payload store */
  heldUp: number
  freeBytes: number
}

/** `later`: it is whole and lies in the spool, and the payload store has not taken it */
export type Taken = 'kept' | 'mismatch' | 'later'

export interface Spool {
  takeWhole(id: string, sha256: string): Promise<Taken>
  /** @returns what an upload was that ended well not long ago */
  lately(id: string): { sha256: string; size: number } | undefined
  /** It is begun anew. */
  forget(id: string): void
  isHeldUp(id: string): boolean
  hasRoom(): Promise<boolean>
  state(): Promise<SpoolState>
  close(): Promise<void>
}

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { spool, payloads, onKept, onProblem, retryMs = 5_000, reserveBytes = 0 } = options
  mkdirSync(spool, { recursive: true, mode: 0o700 })
  const heldUp = new Map<string, string>()
  const ended = new Map<string, { sha256: string; size: number }>()
  let closing = false

  async function takeWhole(id: string, sha256: string): Promise<Taken> {
    const file = join(spool, id)
    const bytes = await readFile(file)
    const fits = sha256Hex(bytes) === sha256
    if (fits) {
      try {
        await payloads.put(sha256, bytes, file)
      } catch (error) {
        heldUp.set(id, sha256)
        onProblem(`payload not kept: ${error instanceof Error ? error.message.slice(0, 80) : 'unknown'}`)
        return 'later'
      }
      remember(id, { sha256, size: bytes.length })
    }
    heldUp.delete(id)
    await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })])
    if (fits) onKept(sha256)
    return fits ? 'kept' : 'mismatch'
  }

  function remember(id: string, what: { sha256: string; size: number }): void {
    ended.set(id, what)
    const [oldest] = ended.keys()
    if (ended.size > mostLately && oldest !== undefined) ended.delete(oldest)
  }

  /** What had arrived whole when the issuer stopped, before it was kept: nobody will send more of it. */
  async function findWhole(): Promise<void> {
    for (const name of (await readdir(spool)).filter((one) => one.endsWith('.json'))) {
      try {
        const said = zArriving.parse(JSON.parse(await readFile(join(spool, name), 'utf8')))
        const file = await stat(join(spool, said.id))
        if (file.size === said.size) heldUp.set(said.id, said.metadata.sha256)
      } catch {
        // Half written itself: the kiosk begins this one anew.
      }
    }
    for (const name of await readdir(spool)) {
      const file = await stat(join(spool, name)).catch(() => undefined)
      const id = name.replace(/\.json$/, '')
      if (file && !heldUp.has(id) && Date.now() - file.mtimeMs > abandonedMs)
        await rm(join(spool, name), { force: true })
    }
  }

  /** Stops at the first that is not taken: the store is asked again later, and not once for each of thousands. */
  async function offerAgain(): Promise<void> {
    for (const [id, sha256] of [...heldUp]) {
      if (closing) return
      const taken = await takeWhole(id, sha256).catch((error: unknown) => {
        // Its file is gone or cannot be read: the kiosk still has it, and is asked for it again.
        heldUp.delete(id)
        onProblem(`spool: ${error instanceof Error ? error.name : 'unknown'}`)
        return 'mismatch' as const
      })
      if (taken === 'later') return
    }
  }

  await findWhole()
  let round: Promise<void> = offerAgain()
  await round
  let under = false
  const timer = setInterval(() => {
    if (under || heldUp.size === 0) return
    under = true
    round = offerAgain().finally(() => (under = false))
  }, retryMs)

  return {
    takeWhole,
    lately: (id) => ended.get(id),
    forget: (id) => void ended.delete(id),
    isHeldUp: (id) => heldUp.has(id),
    async hasRoom() {
      const { bavail, bsize } = await statfs(spool)
      return bavail * bsize > reserveBytes
    },
    async state() {
      let bytes = 0
      const names = (await readdir(spool)).filter((name) => !name.endsWith('.json'))
      for (const name of names) bytes += (await stat(join(spool, name)).catch(() => undefined))?.size ?? 0
      const { bavail, bsize } = await statfs(spool)
      return { files: names.length, bytes, heldUp: heldUp.size, freeBytes: bavail * bsize }
    },
    async close() {
      closing = true
      clearInterval(timer)
      await round
    },
  }
}
