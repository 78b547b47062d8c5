/**
 * Further issuers that this one asks its kiosks to believe, and their DID documents as they were last seen. What cannot be
 * read again keeps the date at which it was.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { DidResolver } from '../../../main/credentials/did/resolver.ts'
import { zChecked, zDid, zDidDocument } from '../../../main/credentials/did/z-did-document.ts'
import { keepFile, readKept } from '../kept-file.ts'

/** The file of `--believe`. */
export const zBelieve = z.object({
  issuers: z.array(z.strictObject({ did: zDid, name: z.string().max(120).optional() })).max(40),
})
export type Believe = z.infer<typeof zBelieve>

const zSeen = z.object({ did: zDid, document: zDidDocument, checked: zChecked })
export type SeenDocument = z.infer<typeof zSeen>

export interface Believed {
  issuers(): Believe['issuers']
  documents(): SeenDocument[]
  /** Reads all again. @returns one line for each DID */
  refresh(): Promise<{ did: string; ok: boolean; error?: string }[]>
}

interface Parts {
  dataDir: string
  believe: Believe
  /** DIDs of this issuer itself that are not their own key */
  own: () => string[]
  resolver: DidResolver
  onSeen: (did: string, document: SeenDocument['document']) => void
}

export function openBelieved({ dataDir, believe, own, resolver, onSeen }: Parts): Believed {
  const path = join(dataDir, 'did-documents.json')
  const stored = readKept(path)
  const kept = stored ? z.array(zSeen).parse(JSON.parse(stored.toString('utf8'))) : []
  const seen = new Map(kept.map((one) => [one.did, one]))
  const wanted = () => [...new Set([...own(), ...believe.issuers.map(({ did }) => did)])]
  return {
    issuers: () => believe.issuers,
    documents: () => wanted().flatMap((did) => seen.get(did) ?? []),
    async refresh() {
      const lines = await Promise.all(
        wanted().map(async (did) => {
          const result = await resolver.resolve(did)
          if (result.isErr()) return { did, ok: false, error: result.error }
          seen.set(did, { did, ...result.value })
          onSeen(did, result.value.document)
          return { did, ok: true }
        }),
      )
      keepFile(path, JSON.stringify([...seen.values()]))
      return lines
    },
  }
}
