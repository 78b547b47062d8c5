/** What becomes of the IDs that are here when another one comes. Pure. */
import type { KeptId, Wallet } from './z-wallet.ts'

export interface IdName {
  /** type of credential, and whose it is: by these two it is the same ID */
  type: string
  person: string
}

/**
 * The newer one of the same kind and person takes the place of the older: re-issue has revoked it. Somebody else's stays,
 * for one phone may serve a family; and a provisional one never takes the place of the issuer's own that is still good.
 * @param nameOf says of a kept one what it is and whose
 */
export function withId(
  wallet: Wallet,
  added: KeptId,
  nameOf: (kept: KeptId) => IdName & { until: number },
): Wallet {
  const { type, person } = nameOf(added)
  const stays = (one: KeptId) => {
    const other = nameOf(one)
    if (other.type !== type || other.person !== person) return true
    return added.provisional && !one.provisional && other.until > added.received
  }
  return { ...wallet, ids: [added, ...wallet.ids.filter(stays)] }
}
