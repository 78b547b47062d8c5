/** The issuer's signed reference data as the rooms use it: checked against its schema once a version. */
import type { z } from 'zod'
import type { MasterName } from '../../sync/z-facts.ts'

export interface Master {
  version: number
  content: unknown
}

/** Where masters come from: the inbox, which has checked the issuer's signature. */
export type MasterSource = (name: MasterName) => Promise<Master | undefined>

export interface ReadMaster<T> {
  version: number
  content: T
}

/**
 * @param onUnfit told when the issuer sent something that is not as docs/processes.md says; it is as if it were not there
 * @returns a reader that parses a master again only when its version changed
 */
export function masterReader<T>(
  source: MasterSource,
  name: MasterName,
  { schema, onUnfit }: { schema: z.ZodType<T>; onUnfit: (name: MasterName) => void },
): () => Promise<ReadMaster<T> | undefined> {
  let known: { version: number; read: ReadMaster<T> | undefined } | undefined
  return async () => {
    const master = await source(name)
    if (!master) return undefined
    if (known?.version === master.version) return known.read
    const parsed = schema.safeParse(master.content)
    if (!parsed.success) onUnfit(name)
    known = {
      version: master.version,
      read: parsed.success ? { version: master.version, content: parsed.data } : undefined,
    }
    return known.read
  }
}
