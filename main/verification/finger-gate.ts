/**
 * What stands between a citizen who was identified and the offer for the phone. The host decides it once, from its
 * configuration and from what is known of the person, and lets nobody pass but by a finger that matched, a finger that was
 * sealed to the issuer, or somebody of the staff who looked.
 */
import type { AuthFinger, AuthScannerPort, FingerProgress } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import { retryHint } from '../api/failure.ts'
import type { CheckStep, FingerCheck, OfficerWhy } from '../api/z-finger-check.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Config } from '../config.ts'
import { toldSteps } from './told-steps.ts'
import type { KnownFinger, VerificationService } from './verification-service.ts'

export type Gate =
  | { state: 'open' }
  | ({ state: 'finger'; subject: string; request?: RequestId } & KnownFinger)
  | { state: 'sealed' }
  | { state: 'officer'; why: OfficerWhy }
  | { state: 'passed'; by: PassedBy }

/** What let the citizen pass: it goes with the request, so that the issuer can judge it, too. */
export type PassedBy =
  { by: 'finger' } | { by: 'sealed-finger'; finger: AuthFinger } | { by: 'officer'; officer: string }

/** Somebody who was identified, as far as a finger can be looked up. */
export interface Person {
  /** whose tries are counted where no request is known here; in memory only */
  subject: string
  /** made at this kiosk, the newest first */
  requests: readonly RequestId[]
  /** what the signed card carries */
  onCard?: KnownFinger | undefined
}

/** Whom an authentication scanner seals to (SBI `domainUri`), and the SHA-256 of that server's certificate. */
export interface AuthServer {
  domainUri: string
  thumbprint: string
}

export interface FingerGate {
  /** whether a template that a card carries is of use here: reading it costs time */
  readsCards(): boolean
  decide(person: Person): Promise<Gate>
  /** Presses until it matches, the tries are used or the scanner fails. `move` is told what becomes of the gate. */
  check(gate: Gate, move: (next: Gate) => void, signal: AbortSignal): AsyncIterable<CheckStep>
}

interface Parts {
  rules: Config['fingerCheck']
  /** for `libfprint` */
  verification?: VerificationService
  /** for `sbi`: a scanner for authentication, and whose key it seals to */
  sealing?: {
    scanner: AuthScannerPort
    server: () => Promise<AuthServer | undefined>
    timeoutMs: number
  }
  audit: AuditLog
}

export function createFingerGate({ rules, verification, sealing, audit }: Parts): FingerGate {
  async function known({
    requests,
    onCard,
  }: Person): Promise<(KnownFinger & { request?: RequestId }) | undefined> {
    for (const request of requests) {
      const [first] = (await verification?.of(request)) ?? []
      if (first) return { ...first, request }
    }
    return onCard
  }

  async function pressUntil(
    gate: Extract<Gate, { state: 'finger' }>,
    move: (next: Gate) => void,
    tell: (step: CheckStep) => void,
    signal: AbortSignal,
  ): Promise<CheckStep> {
    const { subject, template, request } = gate
    for (;;) {
      const pressed = await verification?.verify({
        ...{ subject, template, signal },
        ...(request && { request }),
        onProgress: (progress) => {
          const step = stepOf(progress)
          if (step) tell(step)
        },
      })
      if (!pressed) return callOfficer(move, 'no-template')
      if (pressed.isErr()) {
        const { code } = pressed.error
        return code === 'verification.tries-used' ? callOfficer(move, 'tries-used') : failed(pressed.error)
      }
      if (pressed.value.match) {
        move({ state: 'passed', by: { by: 'finger' } })
        return { kind: 'match' }
      }
      const { triesLeft, hint } = pressed.value
      if (triesLeft === 0) return callOfficer(move, 'tries-used')
      tell({ kind: 'no-match', triesLeft, ...(hint && { hint }) })
    }
  }

  async function seal(move: (next: Gate) => void, signal: AbortSignal): Promise<CheckStep> {
    const server = await sealing?.server()
    if (!sealing || !server) return failed({ code: 'finger.key-missing' })
    const { scanner, timeoutMs } = sealing
    const { domainUri } = server
    const wish = { fingers: ['UNKNOWN'], requestedScore: 40, domainUri, timeoutMs, signal }
    const taken = await scanner.authenticate(wish)
    if (taken.isErr()) {
      await audit.record('finger.check-failed', { code: taken.error })
      return failed({ code: taken.error })
    }
    const [evidence] = taken.value
    if (!evidence) return failed({ code: 'finger.bad-answer' })
    // Sealed to a key that the issuer does not have, nobody could ever look at it.
    if (evidence.thumbprint.toUpperCase() !== server.thumbprint) return failed({ code: 'finger.key-missing' })
    await audit.record('finger.sealed')
    move({ state: 'passed', by: { by: 'sealed-finger', finger: evidence } })
    return { kind: 'match' }
  }

  async function callOfficer(move: (next: Gate) => void, why: OfficerWhy): Promise<CheckStep> {
    move({ state: 'officer', why })
    await audit.record('finger.officer-called', { code: why })
    return { kind: 'officer', why }
  }

  return {
    readsCards: () => rules.reissue !== 'never' && rules.scanner === 'libfprint',
    async decide(person) {
      if (rules.reissue === 'never') return { state: 'open' }
      if (rules.scanner === 'sbi') return { state: 'sealed' }
      const one = await known(person)
      if (!one)
        return rules.reissue === 'always' ? { state: 'officer', why: 'no-template' } : { state: 'open' }
      // Card and slip of one request have the same tries.
      const subject = one.request ?? person.subject
      if (verification?.triesLeft(subject) === 0) return { state: 'officer', why: 'tries-used' }
      return { state: 'finger', subject, ...one }
    },
    check: (gate, move, signal) =>
      toldSteps<CheckStep>(async (tell) => {
        switch (gate.state) {
          case 'open':
          case 'passed':
            return { kind: 'match' }
          case 'officer':
            return { kind: 'officer', why: gate.why }
          case 'sealed':
            tell({ kind: 'finger', status: 'needed' })
            return seal(move, signal)
          case 'finger':
            return pressUntil(gate, move, tell, signal)
        }
      }),
  }
}

/** What a screen may know of it. */
export function shownGate(gate: Gate): FingerCheck | undefined {
  switch (gate.state) {
    case 'open':
    case 'passed':
      return undefined
    case 'finger':
      return { state: 'finger', finger: gate.finger }
    case 'sealed':
      return { state: 'sealed' }
    case 'officer':
      return { state: 'officer', why: gate.why }
  }
}

/** Overwrites what is personal in it. */
export function wipeGate(gate: Gate): void {
  if (gate.state === 'finger') gate.template.fill(0)
}

const failed = ({ code, detail }: Failure): CheckStep => ({
  ...{ kind: 'failed', code, retry: retryHint(code) },
  ...(detail && { detail }),
})

function stepOf(progress: FingerProgress): CheckStep | undefined {
  switch (progress.kind) {
    case 'finger':
    case 'again':
      return progress
    case 'stage':
      return undefined
  }
}
