/** The kiosk's code that asks a phone for its key, and what the phone answers (docs/qr-hand-over.md, "Pairing"). */
import { err, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../../api/answer.ts'
import type { PairingPurpose } from '../../api/z-handover.ts'
import type { P256PublicJwk } from '../keys.ts'
import { jktOf, markOf } from './holder-mark.ts'
import { checkHolderProof } from './holder-proof.ts'

export interface Pairing {
  id: string
  nonce: string
  /** DID of the issuer; the phone's proof is for it and nobody else */
  audience: string
  /** what the code holds */
  text: string
  /** ms since 1970 */
  expires: number
}

export interface PairingOptions {
  purpose: PairingPurpose
  audience: string
  office: string
  clock: { now(): number }
  random: (bytes: number) => Uint8Array
}

export const pairingLifeMs = 5 * 60_000
const longestAnswer = 2_000

/** How a phone takes a credential, in the names of OpenID4VCI. */
export const zHandOverFormat = z.enum(['dc+sd-jwt', 'ldp_vc'])
export type HandOverFormat = z.infer<typeof zHandOverFormat>

export interface PairedHolder {
  jwk: P256PublicJwk
  /** RFC 7638 */
  jkt: string
  /** four characters that the phone shows, too */
  mark: string
  /** never empty */
  formats: HandOverFormat[]
  /** the proof itself, for the issuer, who looks at it again */
  proof: string
}

/** @returns a fresh pairing; the caller uses each once */
export function createPairing({ purpose, audience, office, clock, random }: PairingOptions): Pairing {
  const id = Buffer.from(random(9)).toString('base64url')
  const nonce = Buffer.from(random(16)).toString('base64url')
  const parameters = { n: nonce, a: audience, p: purpose, o: office }
  const text = `btkiosk:pair:1:${id}?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':')}`)
    .join('&')}`
  return { id, nonce, audience, text, expires: clock.now() + pairingLifeMs }
}

/**
 * @param text what the phone's code held: `btkiosk:holder:1:<id>#<jwt>[&f=<formats>]`
 * @param now ms since 1970
 * @returns the phone's key; `pairing.unreadable`, `pairing.wrong-nonce` {reason: request, late, nonce, audience, clock},
 *   `pairing.bad-proof`
 */
export async function readHolderProof(
  text: string,
  pairing: Pairing,
  now: number,
): Promise<Result<PairedHolder, Failure>> {
  const unreadable = err<never, Failure>({ code: 'pairing.unreadable' })
  if (text.length > longestAnswer) return unreadable
  const [, id, proof, listed] =
    /^btkiosk:holder:1:([A-Za-z0-9_-]{1,40})#([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)(?:&f=([a-z0-9_+,-]{1,80}))?$/.exec(
      text.trim(),
    ) ?? []
  if (id === undefined || proof === undefined) return unreadable
  if (id !== pairing.id) return err({ code: 'pairing.wrong-nonce', detail: { reason: 'request' } })
  if (now > pairing.expires) return err({ code: 'pairing.wrong-nonce', detail: { reason: 'late' } })
  const formats = formatsIn(listed)
  if (formats.length === 0) return unreadable
  const { audience, nonce } = pairing
  const jwk = await checkHolderProof(proof, { audience, nonce, now })
  return jwk.map((key) => ({ jwk: key, jkt: jktOf(key), mark: markOf(key), formats, proof }))
}

/** A phone that names none takes SD-JWT; names that we do not know are passed over. */
function formatsIn(listed: string | undefined): HandOverFormat[] {
  if (listed === undefined) return ['dc+sd-jwt']
  const known = listed.split(',').map((name) => zHandOverFormat.safeParse(name).data)
  return [...new Set(known.filter((name) => name !== undefined))]
}
