/** The steps between a citizen and the phone at a kiosk, and what the host's answers lead to. Pure, so that a table can try it. */
import type { FailureCode } from '../../../main/api/failure.ts'
import type {
  HandOver,
  PairedPhone,
  Pairing,
  PairingPurpose,
  ReissueTicket,
} from '../../../main/api/z-handover.ts'
import type { PairWhy } from '../visit.ts'

/** A phone that has answered: the pairing is what the host knows it by. */
export interface Known {
  pairing: Pairing
  phone: PairedPhone
}

export type Step =
  | { at: 'begin' }
  | { at: 'why' }
  | { at: 'pair'; pairing: Pairing }
  | { at: 'mark'; known: Known }
  | { at: 'safe'; known: Known; ticket: ReissueTicket }
  | { at: 'later'; known: Known; ticket: ReissueTicket }
  | { at: 'hand-over'; known: Known; handOver: HandOver; ticket: ReissueTicket | undefined }
  | { at: 'has-it'; ticket: ReissueTicket | undefined; until: string | undefined }
  | { at: 'other-phone'; known: Known }
  | { at: 'not-here' }

export const purposeOf = (why: PairWhy): PairingPurpose => (why === 'collect' ? 'collect' : 'reissue')

/** What is done once both sides show the same mark: something that lies here for this phone comes before any request. */
export function afterMark(why: PairWhy, { waiting }: PairedPhone): 'hand-over' | 'queue' {
  return waiting || why === 'collect' ? 'hand-over' : 'queue'
}

/** @returns the step that a refused hand-over leads to; undefined if the failure must be shown as itself */
export function afterNoHandOver(code: FailureCode, known: Known): Step | undefined {
  switch (code) {
    case 'handover.other-phone':
      return { at: 'other-phone', known }
    case 'handover.not-ready':
      return { at: 'not-here' }
    default:
      return undefined
  }
}

/** Codes of earlier steps, which may still be before the camera: a slip, then the phone's answer. */
const earlier = { pair: ['btkiosk:slip:'], 'hand-over': ['btkiosk:slip:', 'btkiosk:holder:'] } as const

/** @returns whether that was held up for an earlier step, and so says nothing on this one */
export const isEarlier = (text: string, at: keyof typeof earlier): boolean =>
  earlier[at].some((begin) => text.startsWith(begin))
