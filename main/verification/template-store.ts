/**
 * Finger templates that this kiosk keeps for a later check, one file each, encrypted with the vault's key. A template is
 * used until its expiry and deleted soon after it. Its file's name says neither whose nor which finger it is.
 */
import { createHmac } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import { instant, type Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import { isMissing } from '../vault/file-custody.ts'
import { VaultLocked, type Vault } from '../vault/vault.ts'
import { syncFolder, writeDurably } from '../vault/write-durably.ts'
import { zFingerName, zKeptTemplate, type FingerName, type KeptTemplate } from './z-template.ts'

export interface TemplateStore {
  /** Replaces what was kept of this finger. Resolves when it is on the disk. `save.disk-full`, `save.failed` */
  save(request: RequestId, finger: FingerName, template: Uint8Array): Promise<Result<null, Failure>>
  /** @returns those that may be used now, in the order of the hand */
  of(request: RequestId): Promise<{ finger: FingerName; template: Uint8Array }[]>
  /** Deletes all fingers of a request. */
  remove(request: RequestId): Promise<void>
  /** Deletes what has expired, and what nobody can open any more. @returns how many */
  expire(): Promise<number>
}

interface Parts {
  folder: string
  vault: Vault
  clock: Clock
  ttlDays: number
}

const dayMs = 86_400_000
const ending = '.template'

export function createTemplateStore({ folder, vault, clock, ttlDays }: Parts): TemplateStore {
  const secret = vault.derive('names of finger templates')
  const nameOf = (request: RequestId, finger: FingerName) =>
    createHmac('sha256', secret).update(`${request}/${finger}`).digest('hex')
  const path = (name: string) => join(folder, `${name}${ending}`)

  /** @returns undefined where there is none @throws VaultLocked - if it cannot be opened or is not what it should be */
  async function read(name: string): Promise<KeptTemplate | undefined> {
    let sealed
    try {
      sealed = await readFile(path(name))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
    const kept = zKeptTemplate.safeParse(parse(vault.open(`finger-template:${name}`, sealed)))
    if (!kept.success) throw new VaultLocked('A finger template is not as it was written')
    return kept.data
  }

  /** A clock that stands before the saving cannot tell an age: not used then. */
  function usable({ saved, expires }: KeptTemplate): boolean {
    const now = clock.now()
    return now < Date.parse(expires) && now >= Date.parse(saved) - dayMs
  }

  async function readOrNothing(name: string): Promise<KeptTemplate | undefined> {
    try {
      return await read(name)
    } catch (error) {
      if (error instanceof VaultLocked) return undefined
      throw error
    }
  }

  return {
    async save(request, finger, template) {
      const kept: KeptTemplate = {
        ...{ version: 1, request, finger, saved: instant(clock) },
        expires: new Date(clock.now() + ttlDays * dayMs).toISOString(),
        template: Buffer.from(template).toString('base64'),
      }
      const name = nameOf(request, finger)
      try {
        const plain = Buffer.from(JSON.stringify(kept))
        await writeDurably(path(name), vault.seal(`finger-template:${name}`, plain))
        plain.fill(0)
        return ok(null)
      } catch (error) {
        return err(saveFailure(error))
      }
    },
    async of(request) {
      const all = await Promise.all(
        zFingerName.options.map((finger) => readOrNothing(nameOf(request, finger))),
      )
      return all.flatMap((kept) =>
        kept?.request === request && usable(kept)
          ? [{ finger: kept.finger, template: new Uint8Array(Buffer.from(kept.template, 'base64')) }]
          : [],
      )
    },
    async remove(request) {
      for (const finger of zFingerName.options) await rm(path(nameOf(request, finger)), { force: true })
      await syncFolder(folder).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    },
    async expire() {
      let deleted = 0
      for (const file of await readdir(folder).catch(() => [])) {
        const name = file.endsWith(ending) ? file.slice(0, -ending.length) : undefined
        const kept = name === undefined ? undefined : await readOrNothing(name)
        if (kept && clock.now() < Date.parse(kept.expires)) continue
        await rm(join(folder, file), { force: true })
        deleted += 1
      }
      if (deleted > 0) await syncFolder(folder)
      return deleted
    },
  }
}

function parse(plain: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(plain).toString('utf8'))
  } catch {
    return undefined
  }
}
