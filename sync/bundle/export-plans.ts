/**
 * The bundles that this kiosk has begun to write, each as it was made: sealed anew it would be another one, and what is
 * on the stick of it already would be lost work. Payloads are not copied; they lie in the queue.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { zInstant, zRequestId, type RequestId } from '../z-facts.ts'
import { syncFolder, writeWhole } from '../write-whole.ts'
import type { Composed } from './compose-bundle.ts'
import { zBundleName, zPayloadRef } from './z-bundle.ts'

const zPlan = z.object({
  name: zBundleName,
  sequence: z.number().int().positive(),
  at: zInstant,
  requests: z.array(zRequestId),
  payloads: z.array(zPayloadRef),
  /** of the index and the payloads */
  bytes: z.number().int(),
  /** payloads that were not on this disk any more */
  left: z.number().int(),
})
export type ExportPlan = z.infer<typeof zPlan>

/** Its stick is lost by then, or was dealt with: what is still owed goes into a new bundle. */
const abandonedMs = 90 * 86_400_000

export class ExportPlans {
  readonly #folder: string
  readonly #plans = new Map<string, ExportPlan>()
  #sequence = 0

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Takes up what was begun; what a crash left half made goes, and what nobody went on with. @param now ms since 1970 */
  static async open(folder: string, now: number): Promise<ExportPlans> {
    const plans = new ExportPlans(folder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) {
      if (!zBundleName.safeParse(name).success) continue
      const text = await readFile(join(folder, name, 'plan.json'), 'utf8').catch(() => '')
      const plan = zPlan.safeParse(jsonOf(text))
      const isNew = plan.success && now - Date.parse(plan.data.at) < abandonedMs
      if (plan.success && isNew && plan.data.name === name) plans.#plans.set(name, plan.data)
      else await rm(join(folder, name), { recursive: true, force: true })
    }
    const counted = Number(await readFile(join(folder, 'sequence'), 'utf8').catch(() => '0'))
    plans.#sequence = Math.max(
      Number.isSafeInteger(counted) ? counted : 0,
      ...plans.list().map((one) => one.sequence),
    )
    return plans
  }

  list(): ExportPlan[] {
    return [...this.#plans.values()].sort((a, b) => a.sequence - b.sequence)
  }

  /** @returns a number that no bundle of this kiosk has, on the disk before it is used */
  async nextSequence(): Promise<number> {
    this.#sequence += 1
    await writeWhole(join(this.#folder, 'sequence'), String(this.#sequence))
    return this.#sequence
  }

  /** Resolves when it is on the disk. */
  async add(
    composed: Composed,
    about: { sequence: number; at: string; requests: RequestId[] },
  ): Promise<ExportPlan> {
    const { name, head, index, payloads, left } = composed
    const folder = join(this.#folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const bytes = payloads.reduce((sum, one) => sum + one.bytes, index.length)
    const plan: ExportPlan = { name, ...about, payloads: [...payloads], bytes, left: left.length }
    await writeWhole(join(folder, 'HEAD.JWS'), head)
    await writeWhole(join(folder, 'INDEX.BIN'), index)
    await writeWhole(join(folder, 'plan.json'), JSON.stringify(plan))
    await syncFolder(this.#folder)
    this.#plans.set(name, plan)
    return plan
  }

  /** @returns head and index as they were made, or undefined where the disk no longer has them */
  async content(name: string): Promise<{ head: Uint8Array; index: Uint8Array } | undefined> {
    const folder = join(this.#folder, zBundleName.parse(name))
    try {
      const [head, index] = await Promise.all(
        ['HEAD.JWS', 'INDEX.BIN'].map((file) => readFile(join(folder, file))),
      )
      return head && index && { head, index }
    } catch {
      return undefined
    }
  }

  async remove(name: string): Promise<void> {
    this.#plans.delete(name)
    await rm(join(this.#folder, zBundleName.parse(name)), { recursive: true, force: true })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
