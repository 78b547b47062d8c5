/**
 * The key that scanners for authentication seal a finger to (SBI §6 wants RSA-OAEP), and its certificate, which kiosks and
 * the scanners' vendors get. Made at the first start; a production issuer has an HSM and a certificate authority here.
 */
import 'reflect-metadata'
import { createPrivateKey, X509Certificate, webcrypto, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { exportPKCS8 } from 'jose'

export interface FingerKey {
  privateKey: KeyObject
  /** PEM */
  certificate: string
  /** SHA-256 of the certificate, upper-case hexadecimal: how a scanner says whom it sealed to */
  thumbprint: string
}

const algorithm = {
  ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 },
  publicExponent: new Uint8Array([1, 0, 1]),
}
const dayMs = 86_400_000

/** @param dataDir of the issuer; the certificate lies at `keys/finger-auth.pem` */
export async function loadFingerKey(dataDir: string): Promise<FingerKey> {
  const folder = join(dataDir, 'keys')
  const [keyFile, certificateFile] = [join(folder, 'finger-auth.key'), join(folder, 'finger-auth.pem')]
  try {
    return keyOf(readFileSync(keyFile, 'utf8'), readFileSync(certificateFile, 'utf8'))
  } catch {
    const made = await make()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(keyFile, made.key, { mode: 0o600 })
    writeFileSync(certificateFile, made.certificate, { mode: 0o600 })
    return keyOf(made.key, made.certificate)
  }
}

function keyOf(key: string, certificate: string): FingerKey {
  const thumbprint = new X509Certificate(certificate).fingerprint256.replaceAll(':', '')
  return { privateKey: createPrivateKey(key), certificate, thumbprint }
}

async function make(): Promise<{ key: string; certificate: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const now = Date.now()
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...{ serialNumber: '01', name: 'CN=Finger authentication of the reference issuer' },
      ...{ notBefore: new Date(now - dayMs), notAfter: new Date(now + 3_650 * dayMs) },
      ...{ keys, signingAlgorithm: algorithm },
    },
    webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0],
  )
  return { key: await exportPKCS8(keys.privateKey), certificate: made.toString('pem') }
}
