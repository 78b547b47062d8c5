/**
 * The checks of a capture (sbi.md §7) over what was asked and what came. All of them are made even when one fails, so
 * that a vendor's report tells everything at once; the first finding is the fault that a person sees.
 */
import type { DeviceFault } from '../z-device.ts'
import { openDeviceJws, type ScannerTrust, type SignatureFault } from './device-signature.ts'
import { isSecureChip, type Purpose } from './dialect.ts'
import { faultOfCode, isSuccess } from './error-codes.ts'
import { isHash, nextHash, textHash } from './hash-chain.ts'
import { zCaptureAnswer, zCaptured, zDigitalId, type Captured, type CaptureEntry } from './z-sbi.ts'

/** In the order of sbi.md §7; the last two of its twelve, availability and callback, are made before a capture. */
export const captureChecks = [
  'answer',
  'signature',
  'certificate',
  'timestamp',
  'transaction',
  'version',
  'hash-chain',
  'serial',
  'environment',
  'fingers',
  'quality',
] as const
export type CaptureCheck = (typeof captureChecks)[number]
export interface Finding {
  check: CaptureCheck
  fault: DeviceFault
  /** for the log and the report; never what was captured */
  detail?: string
}

export interface AskedCapture {
  transactionId: string
  env: string
  specVersion: string
  purpose: Purpose
  fingers: readonly string[]
  previousHash: string
  serial: string
  certification: string
  /** of an authentication capture: whose key encrypts */
  domainUri?: string
}
export interface Judge {
  trust: ScannerTrust
  now: number
}
export interface JudgedFinger {
  finger: string
  quality: number
  record: string
  hash: string
  sessionKey?: string
  thumbprint?: string
}
export interface Judged {
  findings: Finding[]
  fingers: JudgedFinger[]
  /** what the next request of this device must name */
  hash: string
}

const allowedLagMs = 5 * 60_000

export async function judgeCapture(answer: unknown, asked: AskedCapture, judge: Judge): Promise<Judged> {
  const judged: Judged = { findings: [], fingers: [], hash: asked.previousHash }
  const parsed = zCaptureAnswer.safeParse(answer)
  const find = (check: CaptureCheck, fault: DeviceFault, detail?: string) =>
    void judged.findings.push({ check, fault, ...(detail !== undefined && { detail }) })
  if (!parsed.success) {
    find('answer', 'finger.bad-answer', parsed.error.issues[0]?.path.join('.'))
    return judged
  }
  for (const entry of parsed.data.biometrics) {
    const { errorCode, errorInfo } = entry.error
    if (!isSuccess(errorCode)) {
      find('answer', faultOfCode(errorCode), `${errorCode} ${errorInfo?.slice(0, 200) ?? ''}`)
      return judged
    }
    await judgeEntry(entry, asked, judge, judged, find)
  }
  const came = judged.fingers.map(({ finger }) => finger)
  if (!isWhatWasAsked(came, asked.fingers)) find('fingers', 'finger.fewer-fingers')
  return judged
}

type Find = (check: CaptureCheck, fault: DeviceFault, detail?: string) => void

async function judgeEntry(
  entry: CaptureEntry,
  asked: AskedCapture,
  { trust, now }: Judge,
  judged: Judged,
  find: Find,
): Promise<void> {
  const keys = { revoked: trust.revoked, now }
  const opened = await openDeviceJws(entry.data, trust.device, keys)
  if (opened.fault) find(checkOf(opened.fault), opened.fault)
  const captured = zCaptured.safeParse(opened.payload)
  if (!captured.success) {
    if (!opened.fault) find('answer', 'finger.bad-answer', captured.error.issues[0]?.path.join('.'))
    return
  }
  const { data } = captured
  judgeWords(data, entry, asked, now, find)
  judgeHash(data, entry, asked, judged, find)
  const roots = isSecureChip(asked.certification) ? trust.ftm : trust.device
  const digitalId = await openDeviceJws(data.digitalId, roots, keys)
  if (digitalId.fault) find(checkOf(digitalId.fault), digitalId.fault)
  const identity = zDigitalId.safeParse(digitalId.payload)
  if (!identity.success || identity.data.serialNo !== asked.serial) find('serial', 'finger.other-device')
  judged.fingers.push({
    finger: data.bioSubType,
    quality: data.qualityScore ?? 0,
    record: entry.data,
    hash: entry.hash,
    ...(entry.sessionKey !== undefined && { sessionKey: entry.sessionKey }),
    ...(entry.thumbprint !== undefined && { thumbprint: entry.thumbprint }),
  })
}

function judgeWords(data: Captured, entry: CaptureEntry, asked: AskedCapture, now: number, find: Find): void {
  if (Math.abs(Date.parse(data.timestamp) - now) > allowedLagMs) find('timestamp', 'finger.clock')
  if (data.transactionId !== asked.transactionId) find('transaction', 'finger.wrong-transaction')
  if (entry.specVersion !== asked.specVersion) find('version', 'finger.version')
  const { env, purpose, domainUri } = data
  if (env !== asked.env || purpose !== asked.purpose || domainUri !== asked.domainUri)
    find('environment', 'finger.environment')
  const quality = data.qualityScore
  if (quality === undefined || !(quality >= 0 && quality <= 100)) find('quality', 'finger.no-quality')
  // Nobody could ever open an authentication capture without the key that goes with it.
  if (asked.purpose === 'Auth' && !(entry.sessionKey && isHash(entry.thumbprint ?? '')))
    find('answer', 'finger.bad-answer', 'sessionKey or thumbprint')
}

/** What is encrypted cannot be hashed here: of an authentication capture only the form of the hash is looked at. */
function judgeHash(
  data: Captured,
  entry: CaptureEntry,
  asked: AskedCapture,
  judged: Judged,
  find: Find,
): void {
  if (asked.purpose === 'Auth') {
    judged.hash = entry.hash
    if (!isHash(entry.hash)) find('hash-chain', 'finger.chain-broken')
    return
  }
  const previous = judged.hash
  judged.hash = nextHash(previous, data.bioValue)
  if (entry.hash === judged.hash) return
  const isText = entry.hash === textHash(previous, data.bioValue)
  find('hash-chain', 'finger.chain-broken', isText ? 'hash over hexadecimal text, not bytes' : undefined)
}

function checkOf(fault: SignatureFault): CaptureCheck {
  switch (fault) {
    case 'finger.certificate-expired':
    case 'finger.revoked':
      return 'certificate'
    case 'finger.bad-signature':
    case 'finger.untrusted':
    case 'finger.bad-answer':
      return 'signature'
  }
}

/** UNKNOWN stands for any finger; a finger with a name must not come twice. */
function isWhatWasAsked(came: readonly string[], asked: readonly string[]): boolean {
  const names = came.filter((finger) => finger !== 'UNKNOWN')
  if (came.length !== asked.length || new Set(names).size !== names.length) return false
  const open = asked.filter((one) => one === 'UNKNOWN').length
  const extra = came.filter((finger) => !asked.includes(finger)).length
  return extra <= open && asked.every((finger) => finger === 'UNKNOWN' || came.includes(finger))
}
