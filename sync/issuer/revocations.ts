/** Which places of the status list are whose, which credential each citizen holds, and which are revoked. No personal data. */
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { statusListLength } from '../../main/credentials/z-status.ts'
import { inTurn } from '../in-turn.ts'
import { allOf, openRecords, type Records } from './records.ts'

export interface Revocations {
  /**
   * The place in the status list for what is issued to that request: no other's, and the same each time it is asked.
   * @param wanted taken if it is free
   */
  placeOf(request: string, wanted?: number): Promise<number>
  /**
   * A credential of that request is in its citizen's hands, so the one that was held before is revoked: once, however often
   * this is told, and also when two kiosks had queued the same.
   * @param tag the citizen's keyed name @returns whether one was revoked now
   */
  handedOver(request: string, tag: string): Promise<boolean>
  /** What was issued to that request, whoever holds it. */
  revoke(request: string): Promise<void>
  /** @returns places of all that are revoked */
  revoked(): Promise<number[]>
  close(): Promise<void>
}

const zPlace = z.object({ index: z.number().int().nonnegative() })
const zHeld = z.object({ request: z.string() })

/** @param records default: a LevelDB in that folder */
export function openRevocations(folder: string, records: Records = openRecords(folder)): Revocations {
  const inOrder = inTurn()

  async function read<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const found = await records.get(key)
    return found === undefined ? undefined : schema.parse(found)
  }

  /** Taken at random: from a row of numbers one could read who came after whom. */
  async function freePlace(wanted: number | undefined): Promise<number> {
    for (let tries = 0; tries < 10_000; tries += 1) {
      const index = tries === 0 && wanted !== undefined ? wanted : randomInt(0, statusListLength)
      if ((await records.get(`taken:${index}`)) === undefined) return index
    }
    throw new Error('The status list is full')
  }

  const placeOf = (request: string, wanted?: number) =>
    inOrder('places', async () => {
      const known = await read(`place:${request}`, zPlace)
      if (known) return known.index
      const index = await freePlace(wanted)
      await records.write([
        { key: `place:${request}`, value: { index } },
        { key: `taken:${index}`, value: { request } },
      ])
      return index
    })

  return {
    placeOf,
    async handedOver(request, tag) {
      const own = await placeOf(request)
      return inOrder(`held:${tag}`, async () => {
        const held = await read(`held:${tag}`, zHeld)
        // Told again, or told late of one that has been replaced since: that one stays replaced.
        if (held?.request === request || (await records.get(`revoked:${own}`)) !== undefined) return false
        const before = held && (await read(`place:${held.request}`, zPlace))
        await records.write([
          { key: `held:${tag}`, value: { request } },
          ...(before ? [{ key: `revoked:${before.index}`, value: { index: before.index } }] : []),
        ])
        return before !== undefined
      })
    },
    async revoke(request) {
      const index = await placeOf(request)
      await records.write([{ key: `revoked:${index}`, value: { index } }])
    },
    async revoked() {
      const all: number[] = []
      for await (const { value } of allOf(records, 'revoked:')) all.push(zPlace.parse(value).index)
      return all
    },
    close: () => records.close(),
  }
}
