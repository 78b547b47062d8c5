/** Offers that the platform made for us, how far each is, and what is still to be told to it. No personal data. */
import { z } from 'zod'
import { inTurn } from '../../in-turn.ts'
import { allOf, type Records } from '../records.ts'
import { zSessionState, type SessionState } from './z-gateway.ts'

const zEntry = z.object({
  id: z.string(),
  request: z.string(),
  tag: z.string().optional(),
  state: zSessionState,
  /** ms since 1970 */
  expires: z.number(),
})
export type SessionEntry = z.infer<typeof zEntry>
const zPointer = z.object({ session: z.string() })
const zErrand = z.object({ errand: z.enum(['revoke', 'withdraw']), session: z.string() })
export type Errand = z.infer<typeof zErrand>

export interface Sessions {
  /** An older one of the same request that is still open is to be withdrawn. */
  add(entry: SessionEntry): Promise<void>
  byId(id: string): Promise<SessionEntry | undefined>
  /** those that may still change */
  open(): Promise<SessionEntry[]>
  /** States only go forward, in whatever order they are told. */
  heard(id: string, state: SessionState): Promise<void>
  errands(): Promise<Errand[]>
  done(errand: Errand): Promise<void>
  close(): Promise<void>
}

const order = zSessionState.options
const isOver = (state: SessionState) => state === 'Completed' || state === 'Error'

export function openSessions(records: Records): Sessions {
  const inOrder = inTurn()
  const read = async <T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const found = await records.get(key)
    return found === undefined ? undefined : schema.parse(found)
  }
  const errand = (one: Errand) => ({ key: `errand:${one.errand}:${one.session}`, value: one })

  return {
    add: (entry) =>
      inOrder('sessions', async () => {
        const before = await read(`request:${entry.request}`, zPointer)
        const old = before && (await read(`open:${before.session}`, zPointer))
        await records.write([
          { key: `session:${entry.id}`, value: entry },
          { key: `open:${entry.id}`, value: { session: entry.id } },
          { key: `request:${entry.request}`, value: { session: entry.id } },
          ...(old ? [errand({ errand: 'withdraw', session: old.session })] : []),
        ])
      }),
    byId: (id) => read(`session:${id}`, zEntry),
    async open() {
      const all: SessionEntry[] = []
      for await (const { value } of allOf(records, 'open:')) {
        const entry = await read(`session:${zPointer.parse(value).session}`, zEntry)
        if (entry) all.push(entry)
      }
      return all
    },
    heard: (id, state) =>
      inOrder('sessions', async () => {
        const entry = await read(`session:${id}`, zEntry)
        if (!entry || isOver(entry.state) || order.indexOf(state) <= order.indexOf(entry.state)) return
        const held =
          state === 'Completed' && entry.tag !== undefined
            ? await read(`held:${entry.tag}`, zPointer)
            : undefined
        await records.write([
          { key: `session:${id}`, value: { ...entry, state } },
          ...(isOver(state) ? [{ key: `open:${id}`, value: undefined }] : []),
          ...(state === 'Completed' && entry.tag !== undefined
            ? [{ key: `held:${entry.tag}`, value: { session: id } }]
            : []),
          // What the citizen held before is worth nothing from now on; written down before it is tried.
          ...(held && held.session !== id ? [errand({ errand: 'revoke', session: held.session })] : []),
        ])
      }),
    async errands() {
      const all: Errand[] = []
      for await (const { value } of allOf(records, 'errand:')) all.push(zErrand.parse(value))
      return all
    },
    done: (one) =>
      records.write([
        { key: errand(one).key, value: undefined },
        ...(one.errand === 'withdraw' ? [{ key: `open:${one.session}`, value: undefined }] : []),
      ]),
    close: () => records.close(),
  }
}
