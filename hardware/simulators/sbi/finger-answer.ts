/** One captured finger: its payload, signed by the device, and sealed where it is for an authentication server. */
import type { Answers } from './answers.ts'
import type { Model, ScannerState } from './model.ts'
import { fingerRecord } from './ridges.ts'
import { sealForAuth, type AuthServerKey, type Sealed } from './seal-for-auth.ts'
import { signAsDevice, type DeviceIdentity } from './signer.ts'

export interface FingerRequest {
  env: string
  transactionId: string
  requestedScore: string
  domainUri?: string
}
interface Parts {
  identity: DeviceIdentity
  model: Model
  state: ScannerState
  answers: Answers
  /** whom a scanner for authentication seals to */
  server: () => AuthServerKey
}
const lag = { clock: 6 * 60_000, 'clock-behind': -6 * 60_000 }

export async function makeFinger(
  { identity, model, state, answers, server }: Parts,
  finger: string,
  index: number,
  request: FingerRequest,
): Promise<{ iso: Buffer; data: string; sealed: Sealed | undefined }> {
  const { key, certificate, expired, stranger, revoked, ftmKey, ftmCertificate } = identity
  const { fault } = state
  const used =
    fault === 'expired-certificate'
      ? expired
      : fault === 'untrusted-root'
        ? stranger
        : fault === 'revoked-certificate'
          ? revoked
          : certificate
  const iso = fingerRecord([...finger].reduce((sum, letter) => sum + letter.charCodeAt(0), index))
  // Fingers of one hand never score alike.
  const quality = Math.max(0, Math.min(100, (fault === 'low-score' ? 20 : state.quality) - index * 2))
  const shift = fault === 'clock' || fault === 'clock-behind' ? lag[fault] : 0
  const moment = new Date(Date.now() + shift).toISOString()
  // The two dialects write the time in their own way.
  const timestamp = model.dialect === '1.0' ? moment : moment.replace(/\.\d+Z$/, 'Z')
  const sealed =
    model.purpose === 'Auth' ? sealForAuth(iso, timestamp, request.transactionId, server()) : undefined
  const id = answers.digitalId(fault === 'other-serial' ? '999999999999' : model.serial)
  const secure = model.keys === 'secure'
  const payload = {
    digitalId: await signAsDevice(id, secure ? ftmCertificate : used, secure ? ftmKey : key),
    ...(model.dialect === '0.9.5' && { deviceCode: `code-${model.serial}` }),
    deviceServiceVersion: model.dialect,
    bioType: 'Finger',
    bioSubType: finger,
    purpose: fault === 'wrong-purpose' ? 'Auth of another' : model.purpose,
    env: fault === 'wrong-env' ? 'Production' : request.env,
    ...(model.purpose === 'Auth' && { domainUri: request.domainUri }),
    bioValue: sealed?.bioValue ?? iso.toString('base64url'),
    transactionId: fault === 'wrong-transaction' ? 'another-transaction' : request.transactionId,
    timestamp,
    requestedScore: request.requestedScore,
    ...(fault !== 'no-quality' && {
      qualityScore: fault === 'impossible-quality' ? '140' : quality.toFixed(1),
    }),
  }
  const data = await signAsDevice(payload, used, key)
  return { iso, data: fault === 'bad-signature' ? spoil(data) : data, sealed }
}

/** Another byte in the middle of the signature. */
function spoil(jws: string): string {
  const at = jws.length - 40
  return jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1)
}
