/** How many were given out under each delegation. A power cut may lose a number; it never gives one twice. */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import { isDiskFull } from '../disk-full.ts'
import type { Vault } from '../vault/vault.ts'

export interface ProvisionalCount {
  given(delegation: string): Promise<number>
  /** On the disk when it resolves. @returns the next number, from 0; `provisional.used-up`, `save.disk-full`, `save.failed` */
  next(delegation: string, most: number): Promise<Result<number, Failure>>
}

const zCount = z.object({ given: z.number().int().nonnegative() })

export function createProvisionalCount(vault: Pick<Vault, 'read' | 'write'>): ProvisionalCount {
  let work: Promise<unknown> = Promise.resolve()
  const nameOf = (delegation: string) =>
    `provisional-${createHash('sha256').update(delegation).digest('hex').slice(0, 32)}`
  async function given(delegation: string): Promise<number> {
    const kept = await vault.read(nameOf(delegation))
    return kept ? zCount.parse(JSON.parse(Buffer.from(kept).toString('utf8'))).given : 0
  }

  async function take(delegation: string, most: number): Promise<Result<number, Failure>> {
    const number = await given(delegation)
    if (number >= most) return err({ code: 'provisional.used-up' })
    try {
      await vault.write(nameOf(delegation), Buffer.from(JSON.stringify({ given: number + 1 })))
      return ok(number)
    } catch (error) {
      return err({ code: isDiskFull(error) ? 'save.disk-full' : 'save.failed' })
    }
  }

  return {
    given,
    next(delegation, most) {
      const done = work.then(() => take(delegation, most))
      work = done
      return done
    },
  }
}
