/** The five commands of PACE, one after the other (ICAO 9303-11 §4.4.4). */
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../../z-device.ts'
import type { Password } from './access-key.ts'
import { documentFault, type Talk } from './conversation.ts'
import {
  agree,
  authenticationData,
  choosePace,
  decryptNonce,
  generalAuthenticate,
  mapNonce,
  sameToken,
} from './pace.ts'
import type { SessionKeys } from './secure-messaging.ts'
import type { PaceInfo } from './security-infos.ts'

const done = 0x9000
const blocked = 0x6983
/** Chips that are about to close the password say so when it is chosen; it is still open then. */
const isWarning = (status: number) => status >> 4 === 0x63c
const tags = { nonce: 0x80, mapping: 0x82, key: 0x84, token: 0x86 } as const

/** @returns the keys of the session · `refused` if the chip does not do what it says, before any password was tried */
export async function runPace(
  talk: Talk,
  info: PaceInfo,
  password: Password,
): Promise<Result<SessionKeys, DeviceFault | 'refused'>> {
  const chosen = await talk(choosePace(info, password))
  if (chosen.isErr()) return err(documentFault(chosen.error))
  const { status } = chosen.value
  if (status === blocked) return err('travel-document.blocked')
  if (status !== done && !isWarning(status)) return err('refused')

  const cryptogram = await step(talk, new Uint8Array(), tags.nonce)
  if (cryptogram.isErr()) return err(cryptogram.error)
  const nonce = decryptNonce(cryptogram.value, password, info)
  if (!nonce) return err('card.unreadable')

  const mapping = mapNonce(info, nonce)
  const theirMapping = await step(talk, mapping.send, tags.mapping)
  if (theirMapping.isErr()) return err(theirMapping.error)
  const base = mapping.finish(theirMapping.value)
  if (!base) return err('card.unreadable')

  const agreement = agree(info, base)
  const theirKey = await step(talk, agreement.send, tags.key)
  if (theirKey.isErr()) return err(theirKey.error)
  const agreed = agreement.finish(theirKey.value)
  if (!agreed) return err('card.unreadable')
  return finish(talk, agreed)
}

/** Only here does the chip learn whether we know the password, and we whether it does. */
async function finish(
  talk: Talk,
  { keys, sendToken, expectedToken }: { keys: SessionKeys; sendToken: Uint8Array; expectedToken: Uint8Array },
): Promise<Result<SessionKeys, DeviceFault>> {
  const answer = await talk(generalAuthenticate(sendToken, true))
  if (answer.isErr()) return err(documentFault(answer.error))
  const { status, data } = answer.value
  if (status === blocked) return err('travel-document.blocked')
  if (status !== done) return err('travel-document.wrong-key')
  const token = authenticationData(data, tags.token)
  return token && sameToken(token, expectedToken) ? ok(keys) : err('card.unreadable')
}

async function step(talk: Talk, content: Uint8Array, tag: number): Promise<Result<Uint8Array, DeviceFault>> {
  const answer = await talk(generalAuthenticate(content, false))
  if (answer.isErr()) return err(documentFault(answer.error))
  if (answer.value.status === blocked) return err('travel-document.blocked')
  const data = answer.value.status === done ? authenticationData(answer.value.data, tag) : undefined
  return data ? ok(data) : err('card.unreadable')
}
