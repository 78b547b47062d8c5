/** What a device does with a finger for an authentication server (sbi.md §6): a fresh AES key, sealed to the server's. */
import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

export interface Sealed {
  bioValue: string
  sessionKey: string
  thumbprint: string
}
/** Whom it is sealed to. */
export interface AuthServerKey {
  publicKey: KeyObject
  /** SHA-256 of the certificate, upper-case hexadecimal */
  thumbprint: string
}

/** @param file PEM of the server's certificate; without it, or while it is not there, a server that nobody is */
export function authServer(file: string | undefined): () => AuthServerKey {
  let nobody: AuthServerKey | undefined
  return () => {
    if (file && existsSync(file)) {
      const certificate = new X509Certificate(readFileSync(file))
      const thumbprint = certificate.fingerprint256.replaceAll(':', '')
      return { publicKey: certificate.publicKey, thumbprint }
    }
    const { publicKey } = nobody ?? generateKeyPairSync('rsa', { modulusLength: 2048 })
    const print = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' }))
    nobody ??= { publicKey, thumbprint: print.digest('hex').toUpperCase() }
    return nobody
  }
}

export function sealForAuth(
  iso: Uint8Array,
  timestamp: string,
  transactionId: string,
  server: AuthServerKey,
): Sealed {
  const key = randomBytes(32)
  const length = Math.max(timestamp.length, transactionId.length)
  const [a, b] = [timestamp, transactionId].map((text) => {
    const bytes = Buffer.from(text, 'utf8')
    return Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
  })
  const mixed = Buffer.from(a?.map((byte, at) => byte ^ (b?.[at] ?? 0)) ?? [])
  const cipher = createCipheriv('aes-256-gcm', key, mixed.subarray(-12))
  cipher.setAAD(mixed.subarray(-16))
  const bytes = Buffer.concat([cipher.update(iso), cipher.final(), cipher.getAuthTag()])
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const sessionKey = publicEncrypt({ key: server.publicKey, padding, oaepHash: 'sha256' }, key)
  const { thumbprint } = server
  return { bioValue: bytes.toString('base64url'), sessionKey: sessionKey.toString('base64url'), thumbprint }
}
