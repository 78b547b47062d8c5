/** Everything that a scanner can do wrong here, by name; `GET /faults` lists it with what it is. */
import { z } from 'zod'

/** Codes that a capture can answer, as `error-103`. */
const captureCodes = [
  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 115, 120, 500, 599,
] as const

const abouts = {
  // The wire
  'slow-answer': 'answers a second late; harmless',
  'never-answers': 'takes the request and says nothing',
  'close-mid-body': 'ends in the middle of the body',
  'wrong-content-length': 'announces more bytes than come',
  'short-content-length': 'announces fewer bytes than come',
  'no-content-length': 'the body ends with the connection; harmless',
  'trailing-crlf': 'two line ends after the body; harmless',
  '405-ok': 'the status line of an unknown verb, "405 OK"',
  'not-json': 'a page instead of JSON',
  'huge-head': 'headers without end',
  'endless-body': 'a body without end',
  drip: 'one byte now and then, for ever',
  // What it says of itself
  busy: 'says that it is busy',
  'not-ready': 'says that it is not ready',
  'not-registered': 'has no certificate of its device management',
  'foreign-callback': 'wants to be called at another host',
  'other-certification': 'discovery and info do not agree on the certification',
  'unknown-version': 'speaks a version that nobody knows',
  'info-environment': 'is registered for another environment',
  // What it captures
  'low-score': 'fingers of a quality of 20; harmless',
  'fewer-fingers': 'one finger is missing',
  'same-finger-twice': 'one finger comes twice',
  'wrong-transaction': 'answers to another transaction id',
  clock: 'its clock is six minutes fast',
  'clock-behind': 'its clock is six minutes slow',
  'bad-signature': 'one byte of the signature is wrong',
  'untrusted-root': 'certified by nobody whom we know',
  'expired-certificate': 'its certificate is over',
  'revoked-certificate': 'its certificate is withdrawn',
  'broken-hash': 'the hash is not that of the data',
  'text-hash': 'the hash is made over hexadecimal text',
  'other-serial': 'the digital id of another device',
  'wrong-env': 'captured for another environment',
  'wrong-purpose': 'captured for another purpose',
  'wrong-version': 'answers in another version than asked',
  'no-quality': 'no quality',
  'impossible-quality': 'a quality of 140',
  tamper: 'reports tampering (103)',
  // What happens to it
  'unplugged-mid-capture': 'the device is pulled out while it captures (106), the service stays',
  'moves-port': 'the service goes on at another port after the capture',
  // The live picture
  'stream-freezes': 'the pictures stop coming',
  'stream-length-lie': 'a picture of ten times its announced bytes',
  'stream-garbage': 'bytes that are no pictures',
  'stream-refused': 'no device connected (202), as JSON',
} as const

type Named = keyof typeof abouts
type Code = `error-${(typeof captureCodes)[number]}`
export type Fault = Named | Code
const codes = captureCodes.map((code): Code => `error-${code}`)
export const faults: readonly Fault[] = [...(Object.keys(abouts) as Named[]), ...codes]
export const zFault = z.enum(faults)

export const aboutFaults = () =>
  faults.map((name) => ({
    name,
    about: name in abouts ? abouts[name as Named] : `answers code ${name.slice(6)}`,
  }))

/** Faults that come and go around one capture, so a scenario can play them in any order. */
export const captureFaults = faults.filter(
  (name) => !/^(stream-|never|drip|endless|moves|unknown|info-|other-c|foreign|not-|busy)/.test(name),
)

/** Those after which a capture gives no fingers. What info says is asked again only once a minute, so it is not among them. */
export const breakingFaults = faults.filter(
  (name) => !/^(stream-|slow|no-content|trailing|low-score|moves|info-)/.test(name),
)
