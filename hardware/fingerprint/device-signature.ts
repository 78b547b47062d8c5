/**
 * A JWS of a device: its signature, and the way from its certificate to a root that we trust. Names, dates and signatures
 * of the chain are checked; revocation lists are not, since none reaches a kiosk without a network.
 */
import { X509Certificate } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'

const zHeader = z.object({ alg: z.literal('RS256'), x5c: z.array(z.string().max(8_000)).min(1).max(5) })

/** @param roots PEM @param now ms @returns the payload's JSON, or why it is not to be believed */
export async function openDeviceJws(
  jws: string,
  roots: readonly string[],
  now: number,
): Promise<Result<unknown, 'finger.bad-signature' | 'finger.untrusted' | 'finger.bad-answer'>> {
  let certificate: X509Certificate
  try {
    const header = zHeader.parse(decodeProtectedHeader(jws))
    certificate = new X509Certificate(Buffer.from(header.x5c[0] ?? '', 'base64'))
  } catch {
    return err('finger.bad-answer')
  }
  if (!isTrusted(certificate, roots, now)) return err('finger.untrusted')
  try {
    const { payload } = await compactVerify(jws, certificate.publicKey, { algorithms: ['RS256'] })
    return ok(JSON.parse(new TextDecoder().decode(payload)))
  } catch {
    return err('finger.bad-signature')
  }
}

function isTrusted(certificate: X509Certificate, roots: readonly string[], now: number): boolean {
  if (!isInDate(certificate, now)) return false
  return roots.some((pem) => {
    const root = new X509Certificate(pem)
    return (
      root.ca && isInDate(root, now) && certificate.checkIssued(root) && certificate.verify(root.publicKey)
    )
  })
}

function isInDate({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}
