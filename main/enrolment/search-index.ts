/**
 * Finding a request by the citizen's number or whole name after the draft is gone. Only keyed hashes are kept: with
 * the disk and without the vault's key they tell nothing, and with the key they only answer a guess.
 */
import { createHmac } from 'node:crypto'
import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { zRequestId, type RequestId } from '../../sync/z-facts.ts'
import { isMissing } from '../vault/file-custody.ts'
import type { Vault } from '../vault/vault.ts'

const zEntry = z.object({ request: zRequestId, cid: z.string().optional(), name: z.string().optional() })
type Entry = z.infer<typeof zEntry>

export interface SearchIndex {
  /** Resolves when it is on the disk. Doing it twice does no harm. */
  add(request: RequestId, who: { cid?: string; fullName?: string }): Promise<void>
  byCid(cid: string): RequestId[]
  byName(fullName: string): RequestId[]
}

/** Opens the index; a line that a power cut tore is ignored, and is written again when its draft is taken up. */
export async function openSearchIndex(path: string, vault: Vault): Promise<SearchIndex> {
  const key = vault.derive('search index')
  const hash = (kind: 'cid' | 'name', text: string) =>
    createHmac('sha256', key).update(`${kind}:${text}`).digest('base64url')
  const entries = new Map<RequestId, Entry>()
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    if (entry) entries.set(entry.request, entry)
  }
  const every = (fits: (entry: Entry) => boolean) =>
    [...entries.values()].filter(fits).map(({ request }) => request)

  return {
    async add(request, { cid, fullName }) {
      const entry: Entry = {
        request,
        ...(cid && { cid: hash('cid', cid) }),
        ...(fullName && { name: hash('name', normalName(fullName)) }),
      }
      // What a supervisor had put right is found by what it is now; of the lines of one request the last one counts.
      if (isDeepStrictEqual(entries.get(request), entry)) return
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      // The line break comes first, so that a torn line before it costs that line only.
      await appendFile(path, `\n${JSON.stringify(entry)}`, { mode: 0o600 })
      const file = await open(path, 'r+')
      await file.sync().finally(() => file.close())
      entries.set(request, entry)
    },
    byCid: (cid) => every((entry) => entry.cid === hash('cid', cid)),
    byName: (fullName) => every((entry) => entry.name === hash('name', normalName(fullName))),
  }
}

/** Case, spaces and the way an accent is written do not matter to a person who searches. */
function normalName(name: string): string {
  return name.normalize('NFKC').toLocaleLowerCase('en').replace(/\s+/g, ' ').trim()
}

function parseLine(line: string): Entry | undefined {
  try {
    return zEntry.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
