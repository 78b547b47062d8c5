/** Tokens of the address that opens the kiosk: each works once. */
import { createHash } from 'node:crypto'

export interface OneTimeTokens {
  /** @returns a new token; the oldest unused one goes when there are too many */
  mint(): string
  /** @returns whether it was one of ours, which it is no longer */
  redeem(token: string): boolean
}

/** @param random bytes nobody can guess @param most how many unused ones may be open */
export function oneTimeTokens(random: (bytes: number) => Uint8Array, most = 16): OneTimeTokens {
  // Kept and compared as hashes: how long a look-up takes says nothing about a token.
  const open = new Set<string>()
  const hash = (token: string) => createHash('sha256').update(token).digest('hex')
  return {
    mint() {
      const token = Buffer.from(random(32)).toString('base64url')
      open.add(hash(token))
      const [oldest] = open
      if (open.size > most && oldest !== undefined) open.delete(oldest)
      return token
    },
    redeem: (token) => open.delete(hash(token)),
  }
}
