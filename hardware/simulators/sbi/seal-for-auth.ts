/** What a device does with a finger for an authentication server (sbi.md §6): a fresh AES key, sealed to the server's. */
import {
  constants,
  createCipheriv,
  createHash,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'

export interface Sealed {
  bioValue: string
  sessionKey: string
  thumbprint: string
}
/** A server that nobody is: what is sealed to it here, nobody opens. */
const server = generateKeyPairSync('rsa', { modulusLength: 2048 })
const print = createHash('sha256').update(server.publicKey.export({ type: 'spki', format: 'der' }))
const thumbprint = print.digest('hex').toUpperCase()

export function sealForAuth(iso: Uint8Array, timestamp: string, transactionId: string): Sealed {
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
  return { bioValue: bytes.toString('base64url'), sessionKey: sessionKey.toString('base64url'), thumbprint }
}
