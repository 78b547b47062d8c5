/** What is said to the chip, in the clear or in a session; the same for whoever reads. */
import { err, ok, type Result } from 'neverthrow'
import { exchange, type CardAnswer, type Transmit } from '../iso7816.ts'
import type { DeviceFault } from '../../z-device.ts'
import { faultOf, type Trouble } from '../faults.ts'
import { encodeCommand, type Command } from './command.ts'
import { createSecureMessaging, type SessionKeys } from './secure-messaging.ts'

/** `session-lost`: the chip answers in the clear, or not as somebody would who has the keys. */
export type TalkTrouble = Trouble | 'session-lost'

/** @returns the answer, in plain */
export type Talk = (command: Command) => Promise<Result<CardAnswer, TalkTrouble>>

/** Room for the MAC, the status and the padding around what is wanted. */
const around = 64

export function talkInClear(transmit: Transmit<Trouble>): Talk {
  return (command) => exchange(transmit, encodeCommand(command), (command.wanted ?? 0) + around)
}

export function talkInSession(transmit: Transmit<Trouble>, keys: SessionKeys): Talk {
  const session = createSecureMessaging(keys)
  return async (command) => {
    const answer = await exchange(
      transmit,
      session.protect(command),
      Math.max(258, (command.wanted ?? 0) + around),
    )
    if (answer.isErr()) return err(answer.error)
    const opened = session.open(answer.value)
    return opened.isOk() ? ok(opened.value) : err('session-lost')
  }
}

export function documentFault(trouble: TalkTrouble): DeviceFault {
  return trouble === 'session-lost' ? 'card.unreadable' : faultOf(trouble)
}
