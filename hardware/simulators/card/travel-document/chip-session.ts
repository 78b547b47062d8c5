/** The chip's side of secure messaging (ICAO 9303-11 §9.8): takes commands out of their wrapping and wraps the answers. */
import { timingSafeEqual } from 'node:crypto'
import { blockLength, decrypt, encrypt, mac, pad, unpad } from '../../../card/travel-document/cipher.ts'
import { deriveKey, purpose, type Cipher } from '../../../card/travel-document/key-derivation.ts'
import { der } from './der.ts'
import { objectsOf } from './objects.ts'

export interface PlainCommand {
  ins: number
  p1: number
  p2: number
  data: Uint8Array
  /** 0: nothing */
  wanted: number
}

export interface ChipSession {
  /** @returns nothing if the MAC does not hold */
  open(header: Uint8Array, body: Uint8Array): PlainCommand | undefined
  wrap(command: PlainCommand, data: Uint8Array, status: number): Uint8Array
}

/** @param secret from which both keys come @param start of the counter, one block */
export function createChipSession(cipher: Cipher, secret: Uint8Array, start?: Uint8Array): ChipSession {
  const size = blockLength(cipher)
  const encryption = deriveKey(secret, cipher, purpose.encryption)
  const authentication = deriveKey(secret, cipher, purpose.mac)
  let counter = start ? BigInt(`0x${Buffer.from(start).toString('hex')}`) : 0n

  const counterBytes = () =>
    Buffer.from((counter % (1n << BigInt(size * 8))).toString(16).padStart(size * 2, '0'), 'hex')
  const vector = () => (cipher === '3des' ? new Uint8Array(8) : encrypt(cipher, encryption, counterBytes()))
  const check = (bytes: Uint8Array) =>
    mac(cipher, authentication, pad(Buffer.concat([counterBytes(), bytes]), size))

  return {
    open(header, body) {
      counter += 1n
      const objects = objectsOf(body)
      const mark = objects.get(0x8e)
      if (!mark) return undefined
      const parts = [0x85, 0x87, 0x97].flatMap((tag) =>
        objects.has(tag) ? [der(tag, objects.get(tag) ?? header)] : [],
      )
      const expected = check(Buffer.concat([pad(header, size), ...parts]))
      if (mark.length !== expected.length || !timingSafeEqual(mark, expected)) return undefined
      const secretData = objects.get(0x85) ?? objects.get(0x87)?.subarray(1)
      const data = secretData ? unpad(decrypt(cipher, encryption, secretData, vector())) : new Uint8Array()
      if (!data) return undefined
      const [, ins = 0, p1 = 0, p2 = 0] = header
      return { ins, p1, p2, data, wanted: wantedOf(objects.get(0x97)) }
    },
    wrap({ ins }, data, status) {
      counter += 1n
      const word = Uint8Array.of(status >> 8, status & 0xff)
      const secret = data.length > 0 ? encrypt(cipher, encryption, pad(data, size), vector()) : undefined
      const first = !secret ? [] : [ins % 2 === 1 ? der(0x85, secret) : der(0x87, Uint8Array.of(1), secret)]
      const body = Buffer.concat([...first, der(0x99, word)])
      return Buffer.concat([body, der(0x8e, check(body)), word])
    },
  }
}

function wantedOf(bytes: Uint8Array | undefined): number {
  if (!bytes) return 0
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return value || (bytes.length === 1 ? 256 : 65_536)
}
