/** What the simulated scanner says to each verb, truthfully or with the fault that was asked for. */
import { z } from 'zod'
import { makeFinger, type FingerRequest } from './finger-answer.ts'
import { chain, textChain } from './chain.ts'
import { certificationOf, type Model, type ScannerState } from './model.ts'
import type { AuthServerKey } from './seal-for-auth.ts'
import { signAsDevice, type DeviceIdentity } from './signer.ts'

const zRequest = z.object({
  env: z.string(),
  timeout: z.union([z.string(), z.number()]).transform(Number),
  transactionId: z.string().min(4).max(50),
  domainUri: z.string().optional(),
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

const success = { errorCode: '0', errorInfo: 'Success' }
const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

interface Parts {
  identity: DeviceIdentity
  model: Model
  state: ScannerState
  port: () => number
  /** whom a scanner for authentication seals to */
  server: () => AuthServerKey
}

export class Answers {
  readonly #identity: DeviceIdentity
  readonly #model: Model
  readonly #state: ScannerState
  readonly #port: () => number
  readonly #server: () => AuthServerKey
  constructor({ identity, model, state, port, server }: Parts) {
    this.#identity = identity
    this.#model = model
    this.#state = state
    this.#port = port
    this.#server = server
  }

  #status(): string {
    const { fault, status, held } = this.#state
    if (fault === 'busy') return 'Busy'
    if (fault === 'not-ready') return 'Not Ready'
    if (fault === 'not-registered') return 'Not Registered'
    return held ? 'Busy' : status
  }

  #common() {
    const { dialect, purpose, serial } = this.#model
    const { fault } = this.#state
    const which =
      dialect === '1.0'
        ? { serialNo: serial, deviceSubId: ['0', '1', '2', '3'] }
        : { deviceId: '2', deviceCode: `code-${serial}`, deviceSubId: ['1', '2', '3'] }
    return {
      ...which,
      deviceStatus: this.#status(),
      certification: certificationOf(this.#model),
      serviceVersion: dialect,
      callbackId:
        fault === 'foreign-callback' ? 'http://example.org:4501/' : `http://127.0.0.1:${this.#port()}/`,
      specVersion: [fault === 'unknown-version' ? '7.0' : dialect],
      purpose,
    }
  }

  digitalId(serialNo = this.#model.serial) {
    return {
      ...{ serialNo, make: 'Simulated', model: 'SLAP-1', type: 'Finger', deviceSubType: 'Slap' },
      ...{ deviceProvider: 'Simulator', deviceProviderId: 'SIM' },
      dateTime: time(Date.now()),
    }
  }

  discovery(): object {
    const id = Buffer.from(JSON.stringify(this.digitalId())).toString('base64url')
    const wrong = this.#state.fault === 'other-certification' && { certification: 'L9' }
    return [{ ...this.#common(), ...wrong, digitalId: id, error: success }]
  }

  async info(): Promise<object> {
    const { key, certificate, ftmKey, ftmCertificate } = this.#identity
    const secure = this.#model.keys === 'secure'
    const id = await signAsDevice(
      this.digitalId(),
      secure ? ftmCertificate : certificate,
      secure ? ftmKey : key,
    )
    const env = this.#state.fault === 'info-environment' ? 'Production' : 'Staging'
    const payload = { ...this.#common(), digitalId: id, env, firmware: this.#model.dialect }
    return [{ deviceInfo: await signAsDevice(payload, certificate, key), error: success }]
  }

  /** An answer without fingers. */
  failed(errorCode: string, errorInfo: string): object {
    const { dialect } = this.#model
    return { biometrics: [{ specVersion: dialect, data: '', hash: '', error: { errorCode, errorInfo } }] }
  }

  /** @param body as it came @param wait waits for fingers until the time-out and says whether they are there */
  async capture(
    verb: 'RCAPTURE' | 'CAPTURE',
    body: unknown,
    wait: (ms: number) => Promise<boolean>,
  ): Promise<object> {
    const parsed = zRequest.safeParse(body)
    if (!parsed.success) return this.failed('123', 'A required field is missing')
    const request = parsed.data
    const { fault, status } = this.#state
    const { purpose, dialect } = this.#model
    if ((verb === 'CAPTURE') !== (purpose === 'Auth')) return this.failed('121', 'Wrong purpose')
    if (fault === 'busy' || status === 'Busy') return this.failed('111', 'Busy')
    if (fault === 'not-ready' || status === 'Not Ready') return this.failed('110', 'Not ready')
    if (fault === 'not-registered') return this.failed('100', 'Not registered')
    if (fault === 'tamper') return this.failed('103', 'Tamper detected')
    if (fault === 'unplugged-mid-capture') return this.failed('106', 'Device not found')
    if (fault?.startsWith('error-')) return this.failed(fault.slice(6), 'As asked for')
    if (!(await wait(request.timeout))) return this.failed('101', 'No finger seen')
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
      const made = await makeFinger(this.#parts(), finger, index, this.#requestOf(request))
      const before = hash
      hash = chain(hash, made.iso)
      biometrics.push({
        specVersion: fault === 'wrong-version' ? '0.9.2' : dialect,
        data: made.data,
        hash:
          fault === 'broken-hash'
            ? chain(hash, Buffer.of(0))
            : fault === 'text-hash'
              ? textChain(before, made.iso)
              : hash,
        ...(made.sealed && { sessionKey: made.sealed.sessionKey, thumbprint: made.sealed.thumbprint }),
        ...(dialect === '1.0' && { additionalInfo: [{ plate: 'clean' }] }),
        error: success,
      })
    }
    return { biometrics }
  }

  #parts() {
    const [identity, model, state, server] = [this.#identity, this.#model, this.#state, this.#server]
    return { identity, model, state, server, answers: this }
  }

  #requestOf({ env, transactionId, domainUri, bio }: z.infer<typeof zRequest>): FingerRequest {
    const requestedScore = String(bio[0]?.requestedScore ?? '40')
    return { env, transactionId, requestedScore, ...(domainUri !== undefined && { domainUri }) }
  }
}
