/** A kept ID as the screens show it. */
import type { KeptId } from './keep/z-wallet.ts'
import { readSdJwt, type ClaimValue } from './protocol/sd-jwt.ts'

export interface HeldId {
  id: string
  sdJwt: string
  type: string
  issuer: string
  provisional: boolean
  /** ms since 1970 */
  until: number
  received: number
  claims: Record<string, ClaimValue>
}

/** @returns undefined for one that cannot be read any more, which never happens to what this phone has kept */
export async function heldIdOf(kept: KeptId): Promise<HeldId | undefined> {
  const read = await readSdJwt(kept.sdJwt)
  if (!read) return undefined
  const { id, sdJwt, issuer, provisional, received } = kept
  const { vct: type, exp } = read.payload
  return { id, sdJwt, type, issuer, provisional, received, until: exp * 1000, claims: read.claims }
}

/** Whose it is, for telling a newer one of the same person from another person's. */
export const personOf = ({ claims }: HeldId): string => String(claims['cid'] ?? claims['fullName'] ?? '')

/** Portraits travel as WebP in base64url. @returns an address that a picture element takes */
export function portraitOf({ claims }: Pick<HeldId, 'claims'>): string | undefined {
  const { portrait } = claims
  if (typeof portrait !== 'string' || !/^[A-Za-z0-9_-]{20,12000}$/.test(portrait)) return undefined
  return `data:image/webp;base64,${portrait.replaceAll('-', '+').replaceAll('_', '/')}`
}
