/**
 * Secure messaging (ICAO 9303-11 §9.8): each command and each answer encrypted, and with a MAC over it and over a counter
 * that both sides keep. An answer whose MAC does not hold ends the session: from there on nothing can be believed.
 */
import { timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { CardAnswer } from '../iso7816.ts'
import { blockLength, decrypt, encrypt, mac, pad, unpad } from './cipher.ts'
import { encodeCommand, type Command } from './command.ts'
import type { Cipher } from './key-derivation.ts'
import { readTlvs, tlv } from './tlv.ts'

export interface SessionKeys {
  cipher: Cipher
  encryption: Uint8Array
  mac: Uint8Array
  /** first value of the counter, one block; nothing: zero */
  counter?: Uint8Array
}

export interface SecureMessaging {
  /** @returns the protected command; the counter goes up */
  protect(command: Command): Uint8Array
  /**
   * Opens the answer to the command that was protected last; the counter goes up. Any bytes may be given.
   * @param answer data and status word as the chip sent them
   * @returns the plain answer · `unprotected` if the chip answered in the clear, as it does when it gave up the session ·
   *   `forged` if the MAC or the form is wrong
   */
  open(answer: CardAnswer): Result<CardAnswer, 'unprotected' | 'forged'>
}

const tags = { cryptogram: 0x87, oddCryptogram: 0x85, wanted: 0x97, status: 0x99, mac: 0x8e } as const
const empty = new Uint8Array()

export function createSecureMessaging(keys: SessionKeys): SecureMessaging {
  const { cipher } = keys
  const block = blockLength(cipher)
  const counter = Uint8Array.from(keys.counter ?? new Uint8Array(block))

  function countUp(): void {
    for (let at = counter.length - 1; at >= 0; at -= 1) {
      counter[at] = ((counter[at] ?? 0) + 1) & 0xff
      if (counter[at] !== 0) return
    }
  }

  /** With AES the counter makes each start different; with 3DES the standard has zeroes (§9.8.6.1, §9.8.6.2). */
  const iv = () => (cipher === '3des' ? undefined : encrypt(cipher, keys.encryption, counter))
  const macOf = (...parts: readonly Uint8Array[]) =>
    mac(cipher, keys.mac, pad(Buffer.concat([counter, ...parts]), block))

  function dataObject(odd: boolean, data: Uint8Array | undefined): Uint8Array {
    if (!data || data.length === 0) return empty
    const secret = encrypt(cipher, keys.encryption, pad(data, block), iv())
    // Odd instructions carry objects, so no padding indicator is needed (§9.8.4).
    return odd ? tlv(tags.oddCryptogram, secret) : tlv(tags.cryptogram, Uint8Array.of(0x01), secret)
  }

  return {
    protect({ header: [cla, ins, p1, p2], data, wanted }) {
      countUp()
      const header = [cla | 0x0c, ins, p1, p2] as const
      const secret = dataObject((ins & 1) === 1, data)
      const le =
        wanted === undefined
          ? empty
          : wanted <= 256
            ? tlv(tags.wanted, Uint8Array.of(wanted & 0xff))
            : tlv(tags.wanted, Uint8Array.of((wanted >> 8) & 0xff, wanted & 0xff))
      const body = Buffer.concat([secret, le])
      const check = macOf(pad(Uint8Array.of(...header), block), body)
      const protectedData = Buffer.concat([body, tlv(tags.mac, check)])
      const isExtended = protectedData.length > 255 || (wanted ?? 0) > 256
      return encodeCommand({ header, data: protectedData, wanted: isExtended ? 65_536 : 256 })
    },

    open({ data }) {
      countUp()
      if (data.length === 0) return err('unprotected')
      const parts = answerParts(data)
      if (!parts) return err('forged')
      const expected = macOf(parts.checked)
      if (parts.mac.length !== expected.length || !timingSafeEqual(parts.mac, expected)) return err('forged')
      if (parts.status.length !== 2) return err('forged')
      // The outer status word is not under the MAC; the one within is what counts.
      const status = ((parts.status[0] ?? 0) << 8) | (parts.status[1] ?? 0)
      if (!parts.secret) return ok({ data: empty, status })
      if (parts.secret.length === 0 || parts.secret.length % block !== 0) return err('forged')
      const plain = unpad(decrypt(cipher, keys.encryption, parts.secret, iv()))
      return plain ? ok({ data: plain, status }) : err('forged')
    },
  }
}

/** Cryptogram if there is one, status, MAC: in this order and nothing else. `checked` is what the MAC runs over. */
function answerParts(data: Uint8Array) {
  const objects = readTlvs(data)
  const last = objects?.at(-1)
  const status = objects?.at(-2)
  if (!objects || objects.length > 3 || last?.tag !== tags.mac || status?.tag !== tags.status)
    return undefined
  const secret = objects.length === 3 ? secretOf(objects[0]) : undefined
  if (objects.length === 3 && !secret) return undefined
  const checked = data.subarray(0, data.length - tlv(tags.mac, last.value).length)
  return { secret, status: status.value, mac: last.value, checked }
}

function secretOf(object: { tag: number; value: Uint8Array } | undefined): Uint8Array | undefined {
  if (object?.tag === tags.oddCryptogram) return object.value
  return object?.tag === tags.cryptogram && object.value[0] === 0x01 ? object.value.subarray(1) : undefined
}
