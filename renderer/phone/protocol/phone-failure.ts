/** What can go wrong on the phone. Each has its text (`phone.failed.<code>`): what happened, what was kept, what to do now. */
import { err, type Err } from 'neverthrow'

export const phoneFailureCodes = [
  /** no code that this phone has a use for */
  'code.unknown',
  /** ours, but not as it has to be */
  'code.broken',
  /** frames of another transfer than the one that is being caught */
  'transfer.other',
  /** sealed to another phone */
  'transfer.not-mine',
  'transfer.broken',
  /** the citizen has never agreed to take anything from this issuer */
  'issuer.unknown',
  /** the signature is not the issuer's, or what is signed was changed */
  'credential.forged',
  /** bound to another phone's key */
  'credential.not-mine',
  'credential.over',
  /** of a kind that this phone cannot keep */
  'credential.unsuited',
  /** issuer and phone do not reach each other */
  'offer.unreachable',
  /** of an issuer that this demonstration does not reach */
  'offer.elsewhere',
  /** wrong digits, or used, or too old */
  'offer.refused',
  /** the issuer said no to this phone */
  'offer.denied',
  /** nothing here that was asked for */
  'request.no-id',
  /** a way of asking that this phone does not know */
  'request.unsuited',
  /** the question, which lies at the verifier, could not be had */
  'request.not-there',
  /** who asks cannot prove it, or the issuer's word on it is over */
  'request.registration',
  /** more than the purpose needs; detail `fields` */
  'request.too-much',
  /** the verifier could not be reached with the answer */
  'request.unreachable',
  /** no secure page, or no room to keep keys */
  'phone.unsuited',
] as const
export type PhoneFailureCode = (typeof phoneFailureCodes)[number]

export interface PhoneFailure {
  code: PhoneFailureCode
  detail?: Record<string, string>
}

export const failed = (code: PhoneFailureCode, detail?: Record<string, string>): Err<never, PhoneFailure> =>
  err({ code, ...(detail && { detail }) })
