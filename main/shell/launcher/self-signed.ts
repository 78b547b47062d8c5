/** A certificate that this machine gives to itself. A phone's browser opens its camera to a page over TLS only. */
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { writeDurably } from '../../vault/write-durably.ts'

export interface TlsIdentity {
  /** PEM */
  key: string
  cert: string
}

const lifeMs = 365 * 86_400_000
/** One that ends sooner than this is made anew at a start. */
const leftMs = 7 * 86_400_000

/**
 * @param folder where it is kept, so that a phone that has accepted it once need not again
 * @param addresses of this machine @param now ms since 1970
 * @returns what is kept; a new one where there is none, where it ends soon, or where the machine has another address
 */
export async function selfSigned(
  folder: string,
  addresses: readonly string[],
  now: number,
): Promise<TlsIdentity> {
  const file = join(folder, 'certificate.pem')
  const kept = identityIn(file)
  if (kept && stillGood(kept.cert, addresses, now)) return kept
  const made = await makeIdentity(addresses, now)
  await writeDurably(file, Buffer.from(`${made.key}\n${made.cert}\n`))
  return made
}

function identityIn(file: string): TlsIdentity | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    const [key] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(text) ?? []
    const [cert] = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(text) ?? []
    return key && cert ? { key, cert } : undefined
  } catch {
    return undefined
  }
}

function stillGood(pem: string, addresses: readonly string[], now: number): boolean {
  try {
    const cert = new X509Certificate(pem)
    return cert.validToDate.getTime() > now + leftMs && addresses.every((one) => cert.checkIP(one))
  } catch {
    return false
  }
}

async function makeIdentity(addresses: readonly string[], now: number): Promise<TlsIdentity> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=ID kiosk demonstration phone',
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + lifeMs),
    signingAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(addresses.map((value) => ({ type: 'ip', value }))),
    ],
  })
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { key, cert: certificate.toString('pem') }
}
