/** What a device has to do, and what came of it. */
export type Verdict = 'pass' | 'fail' | 'not-reached'

export interface Check {
  name: string
  /** a device that misses a `must` cannot be used with the kiosk; a `should` costs comfort only */
  level: 'must' | 'should'
  about: string
  verdict: Verdict
  detail?: string
}

export interface ComplianceReport {
  address: string
  at: string
  device?: { name: string; serial: string; dialect: string; certification: string; firmware: string }
  ok: boolean
  checks: Check[]
}

/** Collects verdicts in the order of the list; whatever was never tried stays `not-reached`. */
export class Checklist {
  readonly #checks: Check[]
  constructor(list: readonly Omit<Check, 'verdict'>[]) {
    this.#checks = list.map((check) => ({ ...check, verdict: 'not-reached' }))
  }

  /** A check that failed once stays failed. */
  tell(name: string, passed: boolean, detail?: string): void {
    const check = this.#checks.find((one) => one.name === name)
    if (!check) throw new Error(`No check ${name}`)
    if (check.verdict === 'fail') return
    check.verdict = passed ? 'pass' : 'fail'
    if (detail !== undefined && !passed) check.detail = detail
  }

  list(): Check[] {
    return this.#checks
  }

  /** Every must was reached and passed. */
  ok(): boolean {
    return this.#checks.every(({ level, verdict }) => level === 'should' || verdict === 'pass')
  }
}

export const registrationChecks: readonly Omit<Check, 'verdict'>[] = [
  { name: 'listens', level: 'must', about: 'the address accepts connections' },
  {
    name: 'discovery',
    level: 'must',
    about: 'discovery and info agree, are signed and trusted, call back here',
  },
  { name: 'ready', level: 'must', about: 'the device says that it is Ready' },
  { name: 'stream', level: 'must', about: 'the live picture is motion-JPEG' },
  { name: 'stream-rate', level: 'should', about: 'at least 3 pictures a second' },
  { name: 'capture', level: 'must', about: 'registration captures of left hand, right hand, thumbs' },
  { name: 'answer', level: 'must', about: 'the answers have the form of the specification and code 0' },
  { name: 'signature', level: 'must', about: 'signatures lead to a trusted root' },
  { name: 'certificate', level: 'must', about: 'certificates are in date and not withdrawn' },
  { name: 'timestamp', level: 'must', about: 'the time is within 5 minutes' },
  { name: 'transaction', level: 'must', about: 'the transaction id is ours' },
  { name: 'version', level: 'must', about: 'the version is the one asked for' },
  { name: 'hash-chain', level: 'must', about: 'the hashes chain over the bytes of each image' },
  { name: 'serial', level: 'must', about: 'the digital id is that of the chosen device' },
  { name: 'environment', level: 'must', about: 'environment and purpose are ours' },
  {
    name: 'fingers',
    level: 'must',
    about: 'the fingers that were asked for, without the exceptions, each once',
  },
  { name: 'quality', level: 'must', about: 'a quality from 0 to 100 for each finger' },
  { name: 'exception', level: 'must', about: 'a missing finger can be left out' },
  { name: 'cancel', level: 'must', about: 'usable within 10 seconds of a capture that was broken off' },
]

const without = ['stream', 'stream-rate', 'capture', 'hash-chain', 'exception']

/** A scanner for authentication has no live picture and no exceptions, and what it takes is sealed (sbi.md §6). */
export const authenticationChecks: readonly Omit<Check, 'verdict'>[] = [
  ...registrationChecks.filter(({ name }) => !without.includes(name)),
  { name: 'capture', level: 'must', about: 'authentication captures of any finger and of a named one' },
  {
    name: 'hash-chain',
    level: 'must',
    about: 'a hash for each finger; its image is sealed, so its form only',
  },
  { name: 'sealed', level: 'must', about: 'a session key and whose certificate it is sealed to' },
  { name: 'fresh-key', level: 'must', about: 'another session key for every capture' },
]
