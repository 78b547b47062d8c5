/** The checks of a registration capture (sbi.md §7), as one function over what was asked and what came. */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { CapturedFinger } from '../ports.ts'
import type { DeviceFault } from '../z-device.ts'
import { openDeviceJws } from './device-signature.ts'
import { faultOfCode } from './fault-of-code.ts'
import { zCaptureAnswer, zCaptured, zDigitalId, type Captured } from './z-sbi.ts'

export interface Asked {
  transactionId: string
  env: string
  specVersion: string
  fingers: readonly string[]
  previousHash: string
  serial: string
}

export interface Judge {
  roots: readonly string[]
  now: number
}

export const emptyHash = createHash('sha256').update('').digest('hex').toUpperCase()
const allowedLagMs = 5 * 60_000

/** @returns the fingers and the hash that the next request must name */
export async function verifyCapture(
  answer: unknown,
  asked: Asked,
  judge: Judge,
): Promise<Result<{ fingers: CapturedFinger[]; hash: string }, DeviceFault>> {
  const parsed = zCaptureAnswer.safeParse(answer)
  if (!parsed.success) return err('finger.bad-answer')
  let hash = asked.previousHash
  const fingers: CapturedFinger[] = []
  for (const entry of parsed.data.biometrics) {
    if (entry.error.errorCode !== '0') return err(faultOfCode(entry.error.errorCode))
    if (entry.specVersion !== undefined && entry.specVersion !== asked.specVersion)
      return err('finger.bad-answer')
    const opened = await openDeviceJws(entry.data, judge.roots, judge.now)
    if (opened.isErr()) return err(opened.error)
    const captured = zCaptured.safeParse(opened.value)
    if (!captured.success) return err('finger.bad-answer')
    const fault = await faultIn(captured.data, asked, judge)
    if (fault) return err(fault)
    hash = nextHash(hash, captured.data.bioValue)
    if (entry.hash !== hash) return err('finger.chain-broken')
    fingers.push({
      finger: captured.data.bioSubType,
      quality: captured.data.qualityScore,
      record: entry.data,
    })
  }
  return sameSet(fingers, asked.fingers) ? ok({ fingers, hash }) : err('finger.fewer-fingers')
}

async function faultIn(captured: Captured, asked: Asked, judge: Judge): Promise<DeviceFault | undefined> {
  if (captured.transactionId !== asked.transactionId) return 'finger.wrong-transaction'
  if (Math.abs(Date.parse(captured.timestamp) - judge.now) > allowedLagMs) return 'finger.clock'
  if (captured.env !== asked.env || captured.purpose !== 'Registration') return 'finger.bad-answer'
  if (!Number.isFinite(captured.qualityScore) || captured.qualityScore > 100) return 'finger.bad-answer'
  const digitalId = await openDeviceJws(captured.digitalId, judge.roots, judge.now)
  if (digitalId.isErr()) return digitalId.error
  const identity = zDigitalId.safeParse(digitalId.value)
  if (!identity.success) return 'finger.bad-answer'
  return identity.data.serialNo === asked.serial ? undefined : 'finger.other-device'
}

/** h_n = SHA-256(bytes(h_n-1) ‖ SHA-256(iso)) in upper-case hex; bytes() decodes the hex. */
export function nextHash(previous: string, bioValue: string): string {
  const iso = createHash('sha256').update(Buffer.from(bioValue, 'base64url')).digest()
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(iso).digest('hex').toUpperCase()
}

function sameSet(fingers: readonly CapturedFinger[], asked: readonly string[]): boolean {
  const names = new Set(fingers.map(({ finger }) => finger))
  return (
    fingers.length === asked.length &&
    names.size === asked.length &&
    asked.every((finger) => names.has(finger))
  )
}
