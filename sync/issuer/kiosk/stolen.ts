/** A kiosk in wrong hands: what it has handed out and may still hand out counts for nothing, and nothing that it says is heard. */
import { z } from 'zod'
import { zKioskId } from '../../z-facts.ts'
import type { Delegations } from '../delegations.ts'
import type { Registry } from '../registry.ts'

const zAsked = z.object({ kiosks: z.array(zKioskId).min(1) })

interface Parts {
  registry: Pick<Registry, 'stolen'>
  delegations: Pick<Delegations, 'withdraw'>
  clock: { now(): number }
  /** the lists say more than they did */
  onWithdrawn: () => void
}

/** @returns the operator's order; a line for each kiosk, `ok: false` for one that nobody knows */
export function stolenOrder({ registry, delegations, clock, onWithdrawn }: Parts) {
  async function withdraw(kiosk: string): Promise<object> {
    if (!(await registry.stolen(kiosk, new Date(clock.now()).toISOString()))) return { kiosk, ok: false }
    await delegations.withdraw(kiosk)
    onWithdrawn()
    return { kiosk, ok: true }
  }
  return (asked: unknown): Promise<object[]> => Promise.all(zAsked.parse(asked).kiosks.map(withdraw))
}
