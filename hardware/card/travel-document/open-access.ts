/**
 * Opens the chip: PACE where it has it, otherwise BAC. A wrong key is tried once and told; the other way is then not tried
 * with it, because some chips count.
 */
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../../z-device.ts'
import type { Trouble } from '../faults.ts'
import type { Transmit } from '../iso7816.ts'
import type { Password } from './access-key.ts'
import { authenticate, getChallenge } from './bac.ts'
import { documentFault, talkInClear, talkInSession, type Talk, type TalkTrouble } from './conversation.ts'
import { documentFiles } from './data-groups.ts'
import { runPace } from './run-pace.ts'
import { readElementaryFile, shortPiece } from './read-elementary-file.ts'
import { parseSecurityInfos, type PaceInfo, type SecurityInfos } from './security-infos.ts'

export interface Access {
  kind: 'pace' | 'bac'
  talk: Talk
  /** what the chip said in the clear, where somebody in between may have left something out */
  offered: readonly PaceInfo[]
}

const documentApplication = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01)
const done = 0x9000
const blocked = 0x6983

export async function openAccess(
  transmit: Transmit<Trouble>,
  password: Password,
): Promise<Result<Access, DeviceFault>> {
  const plain = talkInClear(transmit)
  const infos = await readCardAccess(plain)
  if (infos.isErr()) return err(documentFault(infos.error))
  const offered = infos.value?.pace ?? []
  const [pace] = offered
  if (pace) {
    const keys = await runPace(plain, pace, password)
    if (keys.isOk()) {
      const opened = await selectInSession(talkInSession(transmit, keys.value))
      return opened.map((talk) => ({ kind: 'pace', talk, offered }))
    }
    if (keys.error !== 'refused') return err(keys.error)
  }
  const opened = await openBasic(transmit, plain, { password, hasPace: infos.value?.hasPace === true })
  return opened.map((talk) => ({ kind: 'bac', talk, offered }))
}

/** @returns whether this is a travel document: it has one's file of access, or one's application */
export async function isTravelDocument(talk: Talk): Promise<Result<boolean, TalkTrouble>> {
  const infos = await readCardAccess(talk)
  if (infos.isErr()) return err(infos.error)
  if (infos.value) return ok(true)
  return (await selectApplication(talk)).map((status) => status === done)
}

/** @returns nothing if there is no such file, or none that can be understood */
async function readCardAccess(talk: Talk): Promise<Result<SecurityInfos | undefined, TalkTrouble>> {
  // The file lies outside of any application. Chips that are already there may refuse this.
  const master = await talk({ header: [0x00, 0xa4, 0x00, 0x0c], data: Uint8Array.of(0x3f, 0x00) })
  if (master.isErr()) return err(master.error)
  const file = await readElementaryFile({ talk, piece: shortPiece }, documentFiles.cardAccess)
  if (file.isOk()) return ok(parseSecurityInfos(file.value))
  return file.error === 'missing' || file.error === 'malformed' ? ok(undefined) : err(file.error)
}

async function selectApplication(talk: Talk): Promise<Result<number, TalkTrouble>> {
  const answer = await talk({ header: [0x00, 0xa4, 0x04, 0x0c], data: documentApplication })
  return answer.map(({ status }) => status)
}

async function selectInSession(talk: Talk): Promise<Result<Talk, DeviceFault>> {
  const selected = await selectApplication(talk)
  if (selected.isErr()) return err(documentFault(selected.error))
  return selected.value === done ? ok(talk) : err('travel-document.not-one')
}

async function openBasic(
  transmit: Transmit<Trouble>,
  plain: Talk,
  { password, hasPace }: { password: Password; hasPace: boolean },
): Promise<Result<Talk, DeviceFault>> {
  const selected = await selectApplication(plain)
  if (selected.isErr()) return err(documentFault(selected.error))
  if (selected.value !== done) return err(hasPace ? 'travel-document.unsupported' : 'travel-document.not-one')
  if (password.kind === 'can') return err('travel-document.mrz-needed')
  const challenge = await plain(getChallenge)
  if (challenge.isErr()) return err(documentFault(challenge.error))
  const { status, data } = challenge.value
  if (status !== done || data.length !== 8) return err('travel-document.unsupported')
  const step = authenticate(password.secret, data)
  const answer = await plain(step.command)
  if (answer.isErr()) return err(documentFault(answer.error))
  if (answer.value.status === blocked) return err('travel-document.blocked')
  if (answer.value.status !== done) return err('travel-document.wrong-key')
  const keys = step.finish(answer.value.data)
  return keys ? ok(talkInSession(transmit, keys)) : err('card.unreadable')
}
