/** The chip's side of BAC and of PACE with generic mapping (ICAO 9303-11 §4.3, §4.4). */
import { createHash, randomBytes } from 'node:crypto'
import { decrypt, encrypt, mac, pad } from '../../../card/travel-document/cipher.ts'
import {
  makePair,
  pointBytes,
  readPoint,
  xBytes,
  type Curve,
  type KeyPair,
  type Point,
} from '../../../card/travel-document/curves.ts'
import { deriveKey, purpose, type Cipher } from '../../../card/travel-document/key-derivation.ts'
import { createChipSession, type ChipSession } from './chip-session.ts'
import { der, oidValue } from './der.ts'
import { objectsOf } from './objects.ts'

export interface Answer {
  status: number
  data?: Uint8Array
  /** opened by this command; its own answer is still in the clear */
  session?: ChipSession
}

export interface PaceOffer {
  oid: string
  cipher: Cipher
  curve: Curve
}

const wrong = { status: 0x6300 }
const badData = { status: 0x6a80 }
const notNow = { status: 0x6985 }
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0

/** @param information of the machine readable zone: number, birth and expiry with their check digits */
export function createChipBac(information: string) {
  const seed = createHash('sha1').update(information, 'latin1').digest().subarray(0, 16)
  const encryption = deriveKey(seed, '3des', purpose.encryption)
  const authentication = deriveKey(seed, '3des', purpose.mac)
  let challenge: Uint8Array | undefined
  return {
    challenge(): Answer {
      challenge = randomBytes(8)
      return { status: 0x9000, data: challenge }
    },
    authenticate(data: Uint8Array): Answer {
      const mine = challenge
      challenge = undefined
      if (!mine) return notNow
      if (data.length !== 40) return badData
      const cryptogram = data.subarray(0, 32)
      if (!same(mac('3des', authentication, pad(cryptogram, 8)), data.subarray(32))) return wrong
      const plain = decrypt('3des', encryption, cryptogram)
      const [theirs, theirKey] = [plain.subarray(0, 8), plain.subarray(16)]
      if (!same(plain.subarray(8, 16), mine)) return wrong
      const ourKey = randomBytes(16)
      const reply = encrypt('3des', encryption, Buffer.concat([mine, theirs, ourKey]))
      const secret = ourKey.map((byte, at) => byte ^ (theirKey[at] ?? 0))
      const start = Buffer.concat([mine.subarray(4), theirs.subarray(4)])
      return {
        status: 0x9000,
        data: Buffer.concat([reply, mac('3des', authentication, pad(reply, 8))]),
        session: createChipSession('3des', secret, start),
      }
    },
  }
}

/** @param passwords by their reference: 1 the zone, 2 the card access number */
export function createChipPace(
  { oid, cipher, curve }: PaceOffer,
  passwords: ReadonlyMap<number, Uint8Array>,
) {
  let password: Uint8Array | undefined
  let nonce: Uint8Array | undefined
  let base: Point | undefined
  let agreed: { secret: Uint8Array; pair: KeyPair; theirs: Point } | undefined

  function token(key: Uint8Array, point: Point): Uint8Array {
    const object = der(0x7f49, der(0x06, oidValue(oid)), der(0x86, pointBytes(point)))
    return mac(cipher, key, cipher === '3des' ? pad(object, 8) : object)
  }
  const reply = (tag: number, value: Uint8Array): Answer => ({
    status: 0x9000,
    data: der(0x7c, der(tag, value)),
  })

  function map(theirs: Uint8Array, secretNumber: Uint8Array): Answer {
    const point = readPoint(curve, theirs)
    if (!point) return badData
    const pair = makePair(curve)
    const number = BigInt(`0x${Buffer.from(secretNumber).toString('hex')}`) % curve.Point.CURVE().n
    base = curve.Point.BASE.multiply(number).add(point.multiply(pair.secret))
    return reply(0x82, pointBytes(pair.public))
  }

  function agree(theirBytes: Uint8Array, mapped: Point): Answer {
    const theirs = readPoint(curve, theirBytes)
    if (!theirs) return badData
    const pair = makePair(curve, mapped)
    agreed = { secret: xBytes(theirs.multiply(pair.secret)), pair, theirs }
    return reply(0x84, pointBytes(pair.public))
  }

  function finish(theirs: Uint8Array, { secret, pair, theirs: point }: NonNullable<typeof agreed>): Answer {
    const key = deriveKey(secret, cipher, purpose.mac)
    if (!same(theirs, token(key, pair.public))) return wrong
    return { ...reply(0x86, token(key, point)), session: createChipSession(cipher, secret) }
  }

  return {
    choose(data: Uint8Array): Answer {
      const objects = objectsOf(data)
      nonce = base = agreed = undefined
      password = passwords.get(objects.get(0x83)?.[0] ?? 0)
      if (!same(objects.get(0x80) ?? new Uint8Array(), oidValue(oid))) return badData
      return password ? { status: 0x9000 } : { status: 0x6a88 }
    },
    step(data: Uint8Array): Answer {
      const content = objectsOf(objectsOf(data).get(0x7c) ?? new Uint8Array())
      const [first, second, third] = [content.get(0x81), content.get(0x83), content.get(0x85)]
      if (!password) return notNow
      if (content.size === 0) {
        nonce = randomBytes(16)
        return reply(0x80, encrypt(cipher, deriveKey(password, cipher, purpose.password), nonce))
      }
      if (first && nonce) return map(first, nonce)
      if (second && base) return agree(second, base)
      if (!third || !agreed) return notNow
      const last = finish(third, agreed)
      password = nonce = base = agreed = undefined
      return last
    },
  }
}
