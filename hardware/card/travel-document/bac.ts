/**
 * Basic Access Control (ICAO 9303-11 §4.3): whoever has seen the data page may read, over a session of 3DES. The older way;
 * what it protects can be tried out by somebody who listened, so PACE goes first wherever a chip has it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { decrypt, encrypt, mac, pad } from './cipher.ts'
import type { Command } from './command.ts'
import { deriveKey, purpose } from './key-derivation.ts'
import type { SessionKeys } from './secure-messaging.ts'

export const getChallenge: Command = { header: [0x00, 0x84, 0x00, 0x00], wanted: 8 }

const answerLength = 40

/** @param secret SHA-1 of the MRZ information @returns the keys that the data page opens */
export function bacKeys(secret: Uint8Array): { encryption: Uint8Array; mac: Uint8Array } {
  const seed = secret.subarray(0, 16)
  return {
    encryption: deriveKey(seed, '3des', purpose.encryption),
    mac: deriveKey(seed, '3des', purpose.mac),
  }
}

export interface BacStep {
  /** EXTERNAL AUTHENTICATE */
  command: Command
  /** @param answer of the chip, any bytes @returns the session's keys, or nothing if the chip does not know our keys */
  finish(answer: Uint8Array): SessionKeys | undefined
}

/**
 * Answers the chip's challenge.
 * @param challenge 8 bytes of the chip @param random gives so many random bytes
 */
export function authenticate(secret: Uint8Array, challenge: Uint8Array, random = randomBytes): BacStep {
  const keys = bacKeys(secret)
  const ours = random(8)
  const ourKey = random(16)
  const cryptogram = encrypt('3des', keys.encryption, Buffer.concat([ours, challenge, ourKey]))
  const check = mac('3des', keys.mac, pad(cryptogram, 8))
  return {
    command: {
      header: [0x00, 0x82, 0x00, 0x00],
      data: Buffer.concat([cryptogram, check]),
      wanted: answerLength,
    },
    finish(answer) {
      if (answer.length !== answerLength) return undefined
      const [secretPart, itsCheck] = [answer.subarray(0, 32), answer.subarray(32)]
      if (!timingSafeEqual(itsCheck, mac('3des', keys.mac, pad(secretPart, 8)))) return undefined
      const plain = decrypt('3des', keys.encryption, secretPart)
      if (!timingSafeEqual(plain.subarray(0, 8), challenge)) return undefined
      if (!timingSafeEqual(plain.subarray(8, 16), ours)) return undefined
      const seed = ourKey.map((byte, at) => byte ^ (plain[16 + at] ?? 0))
      return {
        cipher: '3des',
        encryption: deriveKey(seed, '3des', purpose.encryption),
        mac: deriveKey(seed, '3des', purpose.mac),
        counter: Buffer.concat([challenge.subarray(4), ours.subarray(4)]),
      }
    },
  }
}
