/** Remembers an issuer from whom the citizen has agreed to take something. Pure. */
import type { Wallet } from './z-wallet.ts'

/** @param did of the issuer @param since ms since 1970 */
export function withIssuer(wallet: Wallet, did: string, since: number): Wallet {
  if (wallet.issuers.some((one) => one.did === did)) return wallet
  return { ...wallet, issuers: [...wallet.issuers, { did, since }] }
}
