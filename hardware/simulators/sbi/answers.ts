/** What the simulated slap scanner says to each verb, truthfully or with the fault that was asked for. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fingerRecord } from './ridges.ts'
import { signAsDevice, type DeviceIdentity } from './signer.ts'

export const faults = [
  'busy',
  'not-ready',
  'not-registered',
  'wrong-transaction',
  'bad-signature',
  'untrusted-root',
  'expired-certificate',
  'fewer-fingers',
  'same-finger-twice',
  'broken-hash',
  'other-serial',
  'clock',
  'foreign-callback',
  'wrong-env',
  'no-quality',
  'tamper',
  'never-answers',
  'close-mid-body',
  'not-json',
] as const
export const zFault = z.enum(faults)
export type Fault = z.infer<typeof zFault>

export interface ScannerState {
  present: boolean
  quality: number
  status: 'Ready' | 'Busy' | 'Not Ready'
  fault: Fault | undefined
  /** how many captures the fault lasts */
  times: number
}

const zRequest = z.object({
  env: z.string(),
  timeout: z.union([z.string(), z.number()]).transform(Number),
  transactionId: z.string().min(4).max(50),
  bio: z
    .array(
      z.object({
        bioSubType: z.array(z.string()).max(4),
        requestedScore: z.union([z.string(), z.number()]),
        previousHash: z.string(),
      }),
    )
    .length(1),
})

const serialNo = '280420261174'
const success = { errorCode: '0', errorInfo: 'Success' }
const deviceCode = '5f0c3c1e-6d0b-4a7d-9f4a-7d1d5c2b9a10'
const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const digitalId = (serial: string) => ({
  serialNo: serial,
  make: 'Simulated',
  model: 'SLAP-1',
  type: 'Finger',
  deviceSubType: 'Slap',
  deviceProvider: 'Simulator',
  deviceProviderId: 'SIM',
  dateTime: time(Date.now()),
})

export class Answers {
  readonly #identity: DeviceIdentity
  readonly #state: ScannerState
  readonly #port: () => number
  constructor(identity: DeviceIdentity, state: ScannerState, port: () => number) {
    this.#identity = identity
    this.#state = state
    this.#port = port
  }

  #common() {
    const { fault, status } = this.#state
    const shown =
      fault === 'busy'
        ? 'Busy'
        : fault === 'not-ready'
          ? 'Not Ready'
          : fault === 'not-registered'
            ? 'Not Registered'
            : status
    return {
      deviceId: '2',
      deviceStatus: shown,
      certification: 'L0',
      serviceVersion: '0.9.5',
      deviceSubId: ['1', '2', '3'],
      callbackId:
        fault === 'foreign-callback' ? 'http://example.org:4501/' : `http://127.0.0.1:${this.#port()}/`,
      deviceCode,
      specVersion: ['0.9.5'],
      purpose: 'Registration',
    }
  }

  discovery(): object {
    const id = Buffer.from(JSON.stringify(digitalId(serialNo))).toString('base64url')
    return [{ ...this.#common(), digitalId: id, error: success }]
  }

  async info(): Promise<object> {
    const { key, certificate } = this.#identity
    const id = await signAsDevice(digitalId(serialNo), certificate, key)
    const payload = { ...this.#common(), digitalId: id, env: 'Staging', firmware: '0.9.5' }
    return [{ deviceInfo: await signAsDevice(payload, certificate, key), error: success }]
  }

  /** @param body as it came @param wait waits for fingers until the time-out and says whether they are there */
  async capture(body: unknown, wait: (ms: number) => Promise<boolean>): Promise<object> {
    const request = zRequest.parse(body)
    const { fault } = this.#state
    const failed = (errorCode: string, errorInfo: string) => ({
      biometrics: [{ specVersion: '0.9.5', data: '', hash: '', error: { errorCode, errorInfo } }],
    })
    if (fault === 'busy' || this.#state.status === 'Busy') return failed('111', 'Busy')
    if (fault === 'not-ready' || this.#state.status === 'Not Ready') return failed('110', 'Not ready')
    if (fault === 'not-registered') return failed('100', 'Not registered')
    if (fault === 'tamper') return failed('103', 'Tamper detected')
    if (!(await wait(request.timeout))) return failed('101', 'No finger seen')
    const [bio] = request.bio
    const asked = bio?.bioSubType ?? []
    const given =
      fault === 'fewer-fingers'
        ? asked.slice(0, -1)
        : fault === 'same-finger-twice'
          ? [...asked.slice(0, -1), ...asked.slice(0, 1)]
          : asked
    let hash = bio?.previousHash ?? ''
    const biometrics = []
    for (const [index, finger] of given.entries()) {
      const made = await this.#finger(finger, index, request, fault)
      hash = chain(hash, made.iso)
      biometrics.push({
        specVersion: '0.9.5',
        data: made.data,
        hash: fault === 'broken-hash' ? chain(hash, Buffer.of(0)) : hash,
        error: success,
      })
    }
    return { biometrics }
  }

  async #finger(finger: string, index: number, request: z.infer<typeof zRequest>, fault: Fault | undefined) {
    const { key, certificate, expired, stranger } = this.#identity
    const used =
      fault === 'expired-certificate' ? expired : fault === 'untrusted-root' ? stranger : certificate
    const iso = fingerRecord([...finger].reduce((sum, letter) => sum + letter.charCodeAt(0), 0))
    // Fingers of one hand never score alike.
    const quality = Math.max(0, Math.min(100, this.#state.quality - index * 2))
    const payload = {
      digitalId: await signAsDevice(
        digitalId(fault === 'other-serial' ? '999999999999' : serialNo),
        used,
        key,
      ),
      deviceCode,
      deviceServiceVersion: '0.9.5',
      bioType: 'Finger',
      bioSubType: finger,
      purpose: 'Registration',
      env: fault === 'wrong-env' ? 'Production' : request.env,
      bioValue: iso.toString('base64url'),
      transactionId: fault === 'wrong-transaction' ? 'another-transaction' : request.transactionId,
      timestamp: time(Date.now() + (fault === 'clock' ? 6 * 60_000 : 0)),
      requestedScore: String(request.bio[0]?.requestedScore ?? '40'),
      ...(fault !== 'no-quality' && { qualityScore: quality.toFixed(1) }),
    }
    const data = await signAsDevice(payload, used, key)
    return { iso, data: fault === 'bad-signature' ? spoil(data) : data }
  }
}

function chain(previous: string, iso: Uint8Array): string {
  const inner = createHash('sha256').update(iso).digest()
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(inner).digest('hex').toUpperCase()
}

/** Another byte in the middle of the signature. */
function spoil(jws: string): string {
  const at = jws.length - 40
  return jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1)
}
