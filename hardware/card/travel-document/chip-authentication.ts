/**
 * Chip Authentication with elliptic curves (ICAO 9303-11 §6.2): a new session that only the chip with the private key of
 * data group 14 can follow. A copy has the files and not the key.
 */
import type { Command } from './command.ts'
import { makePair, pointBytes, readPoint, xBytes } from './curves.ts'
import { deriveKey, purpose } from './key-derivation.ts'
import { oidBytes } from './object-identifier.ts'
import { generalAuthenticate } from './pace.ts'
import type { SessionKeys } from './secure-messaging.ts'
import type { ChipAuthenticationInfo, ChipPublicKey, SecurityInfos } from './security-infos.ts'
import { tlv } from './tlv.ts'

export interface ChipAuthentication {
  /** in the session that is open; each must succeed */
  commands: readonly Command[]
  /** of the session after them */
  keys: SessionKeys
}

/** A chip that names a key only, and no cipher, means 3DES (§9.2.6). */
const unnamed = '0.4.0.127.0.7.2.2.3.2.1'

/** @returns nothing if the chip has none that is done here */
export function prepareChipAuthentication({
  chipAuthentication,
  chipKeys,
}: SecurityInfos): ChipAuthentication | undefined {
  const infos: ChipAuthenticationInfo[] =
    chipAuthentication.length > 0 ? chipAuthentication : [{ oid: unnamed, cipher: '3des' }]
  for (const info of infos) {
    const key = chipKeys.find(({ keyId }) => info.keyId === undefined || keyId === info.keyId)
    if (key) return prepare(info, key)
  }
  return undefined
}

function prepare({ oid, cipher, keyId }: ChipAuthenticationInfo, { curve, point }: ChipPublicKey) {
  const theirs = readPoint(curve, point)
  if (!theirs) return undefined
  const pair = makePair(curve)
  const secret = xBytes(theirs.multiply(pair.secret))
  const ours = pointBytes(pair.public)
  const reference = keyId === undefined ? [] : [tlv(0x84, integerBytes(keyId))]
  const keys: SessionKeys = {
    cipher,
    encryption: deriveKey(secret, cipher, purpose.encryption),
    mac: deriveKey(secret, cipher, purpose.mac),
  }
  if (cipher === '3des') {
    // MSE:SET KAT, one command (§6.2.4.1)
    const data = Buffer.concat([tlv(0x91, ours), ...reference])
    return { commands: [{ header: [0x00, 0x22, 0x41, 0xa6], data } satisfies Command], keys }
  }
  // MSE:SET AT and GENERAL AUTHENTICATE (§6.2.4.2)
  const data = Buffer.concat([tlv(0x80, oidBytes(oid)), ...reference])
  const choose: Command = { header: [0x00, 0x22, 0x41, 0xa4], data }
  return { commands: [choose, generalAuthenticate(tlv(0x80, ours), true)], keys }
}

function integerBytes(value: number): Uint8Array {
  const bytes =
    value > 0xffff ? [value >> 16, value >> 8, value] : value > 0xff ? [value >> 8, value] : [value]
  return Uint8Array.from(bytes, (byte) => byte & 0xff)
}
