/** The kiosk asks for the phone's key, and the phone answers with a proof that it holds it (docs/qr-hand-over.md, "Pairing"). */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { keyProof, type Holder } from './holder.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'

const zPairingRequest = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  /** DID of the issuer */
  audience: z.string().regex(/^did:[a-z0-9]{2,20}:[A-Za-z0-9._:%-]{1,400}$/),
  purpose: z.enum(['reissue', 'collect']),
  office: z.string().min(1).max(100),
})
export type PairingRequest = z.infer<typeof zPairingRequest>

const start = 'btkiosk:pair:1:'
const longest = 1_000

export const isPairing = (text: string): boolean => text.startsWith(start)

/** @returns who asks and why; `code.broken` */
export function readPairing(text: string): Result<PairingRequest, PhoneFailure> {
  if (text.length > longest) return failed('code.broken')
  const [id, query] = text.slice(start.length).split('?')
  const said = new URLSearchParams(query)
  const parsed = zPairingRequest.safeParse({
    id,
    nonce: said.get('n'),
    audience: said.get('a'),
    purpose: said.get('p'),
    office: said.get('o'),
  })
  return parsed.success ? ok(parsed.data) : failed('code.broken')
}

/** @param now ms since 1970 @returns the text of the phone's code */
export async function answerPairing(request: PairingRequest, holder: Holder, now: number): Promise<string> {
  const { id, nonce, audience } = request
  return `btkiosk:holder:1:${id}#${await keyProof(holder, { audience, nonce, now })}&f=dc+sd-jwt`
}
