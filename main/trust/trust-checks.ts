/**
 * What this kiosk itself has seen of issuers' DIDs on the web and on the ledger, kept over restarts. Public data only. What
 * cannot be read now leaves what was seen before as it is.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { DidResolver, DidTrouble } from '../credentials/did/resolver.ts'
import { zCheckedDocument, type CheckedDocument } from '../credentials/did/z-did-document.ts'
import { writeWhole } from '../../sync/write-whole.ts'

export interface TrustChecks {
  seen(): ReadonlyMap<string, CheckedDocument>
  /** of the last try since the start */
  troubles(): ReadonlyMap<string, DidTrouble>
  /** Reads those again; resolves when what was seen is on the disk. */
  check(dids: readonly string[]): Promise<void>
}

interface Parts {
  path: string
  resolver: DidResolver
  onTrouble: () => void
}

const zFile = z.record(z.string(), zCheckedDocument)

export async function openTrustChecks({ path, resolver, onTrouble }: Parts): Promise<TrustChecks> {
  const seen = new Map(Object.entries(await kept(path, onTrouble)))
  const troubles = new Map<string, DidTrouble>()
  let work: Promise<void> = Promise.resolve()

  async function one(did: string): Promise<void> {
    const result = await resolver.resolve(did)
    if (result.isErr()) return void troubles.set(did, result.error)
    troubles.delete(did)
    // Over is over, whatever a node says later.
    if (seen.get(did)?.document.deactivated) return
    seen.set(did, result.value)
  }
  async function all(dids: readonly string[]): Promise<void> {
    await Promise.all(dids.map(one))
    await writeWhole(path, JSON.stringify(Object.fromEntries(seen))).catch(onTrouble)
  }
  return {
    seen: () => seen,
    troubles: () => troubles,
    check: (dids) => (work = work.then(() => all(dids))),
  }
}

async function kept(path: string, onTrouble: () => void): Promise<z.infer<typeof zFile>> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  try {
    return zFile.parse(JSON.parse(text))
  } catch {
    onTrouble()
    return {}
  }
}

/** Looks again once the link is up, and then a few times a day. */
export async function keepChecking(parts: {
  check: () => Promise<unknown>
  isLinkUp: () => boolean
  closing: AbortSignal
  everyMs?: number
}): Promise<void> {
  const { check, isLinkUp, closing, everyMs = 6 * 3_600_000 } = parts
  let last: number | undefined
  while (!closing.aborted) {
    if (isLinkUp() && (last === undefined || performance.now() - last > everyMs)) {
      last = performance.now()
      await check()
    }
    await delay(5_000, undefined, { signal: closing, ref: false }).catch(() => undefined)
  }
}
