/** A phone as docs/qr-hand-over.md describes it, for tests: keys, proof, opening what was sealed, receipt. */
import { createHash, createPrivateKey } from 'node:crypto'
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import { SignJWT } from 'jose'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { jktOf } from '../../../main/credentials/handover/holder-mark.ts'

export interface TestPhone {
  key: IssuerKey
  jkt: string
  answer(
    pairingText: string,
    changes?: { aud?: string; nonce?: string; iat?: number; id?: string },
  ): Promise<string>
  open(sealed: Uint8Array): Promise<Uint8Array>
  receipt(transfer: string, sealed: Uint8Array): Promise<string>
}

export async function testPhone(now: () => number = Date.now): Promise<TestPhone> {
  const key = await generateIssuerKey()
  const jkt = jktOf(key.publicJwk)
  const signer = createPrivateKey({ key: key.privateJwk, format: 'jwk' })
  return {
    key,
    jkt,
    async answer(text, changes = {}) {
      const url = new URL(text)
      const id = changes.id ?? /^btkiosk:pair:1:([^?]+)/.exec(text)?.[1]
      const nonce = changes.nonce ?? url.searchParams.get('n') ?? ''
      const aud = changes.aud ?? url.searchParams.get('a') ?? ''
      const proof = await new SignJWT({ nonce, aud, iat: changes.iat ?? Math.floor(now() / 1000) })
        .setProtectedHeader({ typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: key.publicJwk })
        .sign(signer)
      return `btkiosk:holder:1:${id}#${proof}`
    },
    async open(sealed) {
      const suite = new CipherSuite({
        ...{ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() },
      })
      const recipientKey = await suite.kem.importKey(
        'jwk',
        { ...key.privateJwk, key_ops: ['deriveBits'] },
        false,
      )
      const info = new TextEncoder().encode('btkiosk:h1')
      const [enc, ciphertext] = [sealed.slice(0, 65), sealed.slice(65)]
      const aad = new TextEncoder().encode(jkt)
      return new Uint8Array(await suite.open({ recipientKey, enc, info }, ciphertext, aad))
    },
    async receipt(transfer, sealed) {
      const sha256 = createHash('sha256').update(sealed).digest('base64url')
      const jws = await new SignJWT({ transfer, sha256, iat: Math.floor(now() / 1000) })
        .setProtectedHeader({ typ: 'btkiosk-receipt+jwt', alg: 'ES256', jwk: key.publicJwk })
        .sign(signer)
      return `btkiosk:receipt:1:${transfer}#${jws}`
    },
  }
}
