/** The simulator's own certification: a throw-away root, a device certificate, and JWS as an L0 device makes them. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { CompactSign, exportPKCS8, importPKCS8 } from 'jose'
import { z } from 'zod'

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0])

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const day = 86_400_000

const zIdentity = z.object({
  root: z.string(),
  certificate: z.string(),
  expired: z.string(),
  stranger: z.string(),
  revoked: z.string(),
  /** the FTM authority, and the key inside the device's chip */
  ftmRoot: z.string(),
  ftmCertificate: z.string(),
  ftmKey: z.string(),
  key: z.string(),
})
export type DeviceIdentity = z.infer<typeof zIdentity>

/** @param folder keeps the identity, so that the same root stays trusted over restarts; undefined makes a new one */
export async function loadIdentity(folder: string | undefined): Promise<DeviceIdentity> {
  const file = folder && join(folder, 'sbi-identity.json')
  if (file) {
    try {
      return zIdentity.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
  }
  const made = await makeIdentity()
  if (file) writeFileSync(file, JSON.stringify(made), { mode: 0o600 })
  return made
}

async function makeIdentity(): Promise<DeviceIdentity> {
  const now = Date.now()
  const makeKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const [rootKeys, strangerKeys, deviceKeys, ftmRootKeys, ftmKeys] = await Promise.all([
    makeKeys(),
    makeKeys(),
    makeKeys(),
    makeKeys(),
    makeKeys(),
  ])
  const makeRoot = (keys: typeof rootKeys, name: string) =>
    x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name,
      notBefore: new Date(now - day),
      notAfter: new Date(now + 3650 * day),
      keys,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
    })
  const [root, stranger, ftmRoot] = [
    await makeRoot(rootKeys, 'CN=Simulated SBI root'),
    await makeRoot(strangerKeys, 'CN=Nobody'),
    await makeRoot(ftmRootKeys, 'CN=Simulated FTM root'),
  ]
  const certify = async (
    issuer: x509.X509Certificate,
    keys: typeof rootKeys,
    until: number,
    of = deviceKeys,
  ) => {
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
      subject: 'CN=Simulated slap scanner',
      issuer: issuer.subject,
      notBefore: new Date(now - 60 * day),
      notAfter: new Date(until),
      publicKey: of.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
    })
    return Buffer.from(made.rawData).toString('base64')
  }
  return {
    root: root.toString('pem'),
    certificate: await certify(root, rootKeys, now + 3650 * day),
    expired: await certify(root, rootKeys, now - day),
    stranger: await certify(stranger, strangerKeys, now + 3650 * day),
    revoked: await certify(root, rootKeys, now + 3650 * day),
    ftmRoot: ftmRoot.toString('pem'),
    ftmCertificate: await certify(ftmRoot, ftmRootKeys, now + 3650 * day, ftmKeys),
    ftmKey: await exportPKCS8(ftmKeys.privateKey),
    key: await exportPKCS8(deviceKeys.privateKey),
  }
}

/** @returns a JWS with the certificate in `x5c`, as SBI has it */
export async function signAsDevice(payload: object, certificate: string, key: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', x5c: [certificate] })
    .sign(await importPKCS8(key, 'RS256'))
}
