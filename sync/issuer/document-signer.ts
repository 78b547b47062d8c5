/**
 * The issuer's own root for mdocs and the document signer under it (ISO/IEC 18013-5 annex B), made at the first start. The
 * signer is made anew before a credential could outlive it; verifiers know the root, so they need not hear of that.
 */
import 'reflect-metadata'
import { webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { z } from 'zod'
import type { DocumentSigner } from '../../main/credentials/mdoc/issue-mdoc.ts'
import { generateIssuerKey, zP256PrivateJwk, type P256PrivateJwk } from '../../main/credentials/keys.ts'
import { documentSignerUsage } from '../../main/credentials/mdoc/document-signer-usage.ts'

export interface Documents extends DocumentSigner {
  /** DER; verifiers get it with the trust list */
  root: Uint8Array
}

const zKept = z.object({ jwk: zP256PrivateJwk, certificate: z.base64() })
export const zKeptDocuments = z.object({ root: zKept, signer: zKept })
export type KeptDocuments = z.infer<typeof zKeptDocuments>

const dayMs = 86_400_000
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const rootName = 'C=BT, CN=Root for documents of the reference issuer'
const rootDays = 3_650
const signerDays = 1_095
/** longer than any credential is valid */
const leastLeftDays = 400

/** @param kept what was kept at the last start, if anything @returns what is to be kept now */
export async function makeDocuments(kept: KeptDocuments | undefined, now: number): Promise<KeptDocuments> {
  const root = kept?.root ?? (await makeRoot(now))
  if (kept && daysLeft(kept.signer.certificate, now) > leastLeftDays) return kept
  return { root, signer: await makeSigner(root, now) }
}

export function documentsOf({ root, signer }: KeptDocuments): Documents {
  return { privateJwk: signer.jwk, certificate: derOf(signer.certificate), root: derOf(root.certificate) }
}

const derOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
const daysLeft = (certificate: string, now: number) =>
  (new X509Certificate(derOf(certificate)).validToDate.getTime() - now) / dayMs

async function makeRoot(now: number): Promise<KeptDocuments['root']> {
  const { privateJwk: jwk } = await generateIssuerKey()
  const keys = await pairOf(jwk)
  const made = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...{ serialNumber: serial(), name: rootName, keys, signingAlgorithm: algorithm },
      ...{ notBefore: new Date(now - dayMs), notAfter: new Date(now + rootDays * dayMs) },
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    },
    provider,
  )
  return { jwk, certificate: made.toString('base64') }
}

async function makeSigner(root: KeptDocuments['root'], now: number): Promise<KeptDocuments['signer']> {
  const { privateJwk: jwk } = await generateIssuerKey()
  const [own, above] = [await pairOf(jwk), await pairOf(root.jwk)]
  const made = await x509.X509CertificateGenerator.create(
    {
      ...{ serialNumber: serial(), subject: 'C=BT, CN=Document signer of the reference issuer' },
      ...{ issuer: new x509.X509Certificate(root.certificate).subject },
      ...{ publicKey: own.publicKey, signingKey: above.privateKey, signingAlgorithm: algorithm },
      ...{ notBefore: new Date(now - dayMs), notAfter: new Date(now + signerDays * dayMs) },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([documentSignerUsage], true),
      ],
    },
    provider,
  )
  return { jwk, certificate: made.toString('base64') }
}

/** 64 bits, positive, hexadecimal */
const serial = () =>
  `4${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
    .toString('hex')
    .slice(1)}`

const provider = webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]

async function pairOf(jwk: P256PrivateJwk) {
  const { d: _d, ...open } = jwk
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['sign']),
    webcrypto.subtle.importKey('jwk', open, algorithm, true, ['verify']),
  ])
  return { privateKey, publicKey }
}
