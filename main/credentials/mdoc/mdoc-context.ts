/** What the mdoc library asks of its surroundings: ES256, SHA-256 and certificates, with Node's own OpenSSL. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import { CoseKey, SignatureAlgorithm, type MdocContext } from '@owf/mdoc'
import { documentSignerUsage } from './document-signer-usage.ts'

export const mdocContext: MdocContext = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest({ digestAlgorithm, bytes }) {
      if (digestAlgorithm !== 'SHA-256') throw new TypeError('only SHA-256')
      return new Uint8Array(createHash('sha256').update(bytes).digest())
    },
    calculateEphemeralMacKey: notUsed,
  },
  cose: {
    sign1: {
      sign({ toBeSigned, key }) {
        const privateKey = createPrivateKey({ key: key.jwk, format: 'jwk' })
        return new Uint8Array(sign('sha256', toBeSigned, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
      },
      verify({ key, sign1 }) {
        const algorithm = sign1.protectedHeaders.headers.get(1)
        if (algorithm !== SignatureAlgorithm.ES256 || sign1.signature.length !== 64) return false
        const publicKey = createPublicKey({ key: key.jwk, format: 'jwk' })
        const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
        return verify('sha256', sign1.toBeSigned, how, sign1.signature)
      },
    },
    // With a MAC the reader needs a key of its own for each reading; OpenID4VP has none to give.
    mac0: { sign: notUsed, verify: notUsed },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) =>
      new X509Certificate(certificate).issuer
        .split('\n')
        .filter((line) => line.startsWith(`${field}=`))
        .map((line) => line.slice(field.length + 1)),
    getPublicKey: ({ certificate }) =>
      CoseKey.fromJwk({ ...new X509Certificate(certificate).publicKey.export({ format: 'jwk' }) }),
    verifyCertificateChain({ trustedCertificates, x5chain, now }) {
      if (!now || !trustedCertificates.some((root) => isUnder(x5chain, root, now)))
        throw new TypeError('document signer')
    },
    getCertificateData({ certificate }) {
      const read = new X509Certificate(certificate)
      const { issuer, subject, serialNumber, fingerprint256, validFromDate, validToDate } = read
      return {
        ...{ issuerName: issuer, subjectName: subject, serialNumber, thumbprint: fingerprint256 },
        ...{ notBefore: validFromDate, notAfter: validToDate, pem: read.toString() },
      }
    },
  },
}

function notUsed(): never {
  throw new TypeError('only signatures')
}

/** ISO/IEC 18013-5 §9.3.3: one certificate for signing documents, directly under that root, both of them good now. */
export function isUnder([der, ...more]: readonly Uint8Array[], root: Uint8Array, now: Date): boolean {
  if (!der || more.length > 0) return false
  try {
    const [signer, above] = [new X509Certificate(der), new X509Certificate(root)]
    const isNow = [signer, above].every(
      ({ validFromDate, validToDate }) => validFromDate <= now && now <= validToDate,
    )
    const roles = above.ca && !signer.ca && signer.keyUsage?.includes(documentSignerUsage) === true
    return isNow && roles && signer.checkIssued(above) && signer.verify(above.publicKey)
  } catch {
    // What is no certificate is nobody's.
    return false
  }
}
