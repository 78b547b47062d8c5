/**
 * PACE with elliptic curves and generic mapping (ICAO 9303-11 §4.4): a session that is as strong as its curve, from a
 * password as weak as six digits. Each step makes one command and takes the chip's answer to it, so that the arithmetic can
 * be checked against the worked example without any chip.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Password } from './access-key.ts'
import { blockLength, decrypt, mac, pad } from './cipher.ts'
import type { Command } from './command.ts'
import { makePair, pointBytes, readPoint, xBytes, type Point } from './curves.ts'
import { deriveKey, purpose } from './key-derivation.ts'
import { oidBytes } from './object-identifier.ts'
import type { SessionKeys } from './secure-messaging.ts'
import type { PaceInfo } from './security-infos.ts'
import { tlv, valueOf, valueWithin } from './tlv.ts'

const passwordReference = { mrz: 0x01, can: 0x02 } as const

/** MSE:SET AT: which PACE, which password, which curve (§4.4.4.1). */
export function choosePace({ oid, parameterId }: PaceInfo, password: Password): Command {
  const data = Buffer.concat([
    tlv(0x80, oidBytes(oid)),
    tlv(0x83, Uint8Array.of(passwordReference[password.kind])),
    tlv(0x84, Uint8Array.of(parameterId)),
  ])
  return { header: [0x00, 0x22, 0xc1, 0xa4], data }
}

/** GENERAL AUTHENTICATE, of which all but the last are chained (§4.4.4.2). */
export function generalAuthenticate(content: Uint8Array, isLast: boolean): Command {
  return { header: [isLast ? 0x00 : 0x10, 0x86, 0x00, 0x00], data: tlv(0x7c, content), wanted: 256 }
}

/** @param answer any bytes @returns what is in the dynamic authentication data under this tag */
export function authenticationData(answer: Uint8Array, tag: number): Uint8Array | undefined {
  const template = valueOf(answer, 0x7c)
  return template && valueWithin(template, tag)
}

/** @returns the chip's nonce; with a wrong password it is another number, and only the last step tells */
export function decryptNonce(cryptogram: Uint8Array, password: Password, { cipher }: PaceInfo) {
  if (cryptogram.length === 0 || cryptogram.length > 32) return undefined
  if (cryptogram.length % blockLength(cipher) !== 0) return undefined
  return decrypt(cipher, deriveKey(password.secret, cipher, purpose.password), cryptogram)
}

export interface Mapping {
  /** content of the second command */
  send: Uint8Array
  /** @param theirs point of the chip, any bytes @returns the base that both now use, or nothing if that is no such point */
  finish(theirs: Uint8Array): Point | undefined
}

/** Mapping of the nonce to another base point: s·G + H, H the shared secret of a first exchange (§4.4.3.3.1). */
export function mapNonce({ curve }: PaceInfo, nonce: Uint8Array, random = randomBytes): Mapping {
  const pair = makePair(curve, undefined, random)
  return {
    send: tlv(0x81, pointBytes(pair.public)),
    finish(theirs) {
      const point = readPoint(curve, theirs)
      if (!point || point.equals(pair.public)) return undefined
      const scalar = BigInt(`0x${Buffer.from(nonce).toString('hex')}`) % curve.Point.CURVE().n
      const shared = point.multiply(pair.secret)
      const base = scalar === 0n ? shared : curve.Point.BASE.multiply(scalar).add(shared)
      return base.is0() ? undefined : base
    },
  }
}

export interface Agreement {
  /** content of the third command */
  send: Uint8Array
  /** @param theirs point of the chip, any bytes */
  finish(
    theirs: Uint8Array,
  ): { keys: SessionKeys; sendToken: Uint8Array; expectedToken: Uint8Array } | undefined
}

/** The second exchange, over the mapped base, and the tokens by which each side shows that it has the same keys. */
export function agree({ curve, cipher, oid }: PaceInfo, base: Point, random = randomBytes): Agreement {
  const pair = makePair(curve, base, random)
  return {
    send: tlv(0x83, pointBytes(pair.public)),
    finish(theirs) {
      const point = readPoint(curve, theirs)
      // A chip that sends our own key back would make its token from ours (§4.4.3.4).
      if (!point || point.equals(pair.public)) return undefined
      const secret = xBytes(point.multiply(pair.secret))
      const keys: SessionKeys = {
        cipher,
        encryption: deriveKey(secret, cipher, purpose.encryption),
        mac: deriveKey(secret, cipher, purpose.mac),
      }
      return {
        keys,
        sendToken: tlv(0x85, token(keys, oid, point)),
        expectedToken: token(keys, oid, pair.public),
      }
    },
  }
}

export function sameToken(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

/** MAC over the public key of the other side, as a data object (§4.4.3.4). */
function token({ cipher, mac: key }: SessionKeys, oid: string, point: Point): Uint8Array {
  const object = tlv(0x7f49, tlv(0x06, oidBytes(oid)), tlv(0x86, pointBytes(point)))
  return mac(cipher, key, cipher === '3des' ? pad(object, 8) : object)
}
