/**
 * A kiosk's host beside a real issuer. Devices stand at their ports: what PC/SC and SBI do on the wire has tests of its
 * own. The card file is a real one, signed by this issuer's key, and is checked as the driver checks it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { checkIdentityFile } from '../../hardware/card/identity-file.ts'
import { cardFiles } from '../../hardware/card/layout.ts'
import type { CapturedFinger, CardReaderPort, TravelDocument, FingerprintPort } from '../../hardware/ports.ts'
import { drawFace } from '../../hardware/simulators/camera/face.ts'
import { toJpeg } from '../../hardware/simulators/camera/portrait.ts'
import { demoCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { personaliseCard } from '../../hardware/simulators/card/personalise.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import { loadConfig, type ConfigInput } from '../../main/config.ts'
import { fingersOf } from '../../main/enrolment/finger-rules.ts'
import { createHost, type Host, type HostOptions } from '../../main/host.ts'

export const citizen = demoCitizen.claims

/** A card on the reader, or the fault that reading gives. */
export interface CardOnReader {
  now: { file: Uint8Array } | { document: TravelDocument } | { fault: DeviceFault }
}

/** @param issuerKeyFile the issuer's private signing key, as `issuer/keys/signing.jwk.json` */
export async function signedCard(issuerKeyFile: string): Promise<CardOnReader['now']> {
  const issuerKey = JSON.parse(await readFile(issuerKeyFile, 'utf8'))
  const { files } = await personaliseCard({ claims: citizen, issuerKey })
  return { file: files.get(cardFiles.identity.id) ?? new Uint8Array() }
}

export function cardReader(reader: CardOnReader): CardReaderPort {
  return {
    device: () => ({ kind: 'card-reader', state: 'ready', name: 'Reader at the port', holdsCard: true }),
    onChange: () => () => undefined,
    async readIdentity({ trusted }) {
      if ('fault' in reader.now) return err(reader.now.fault)
      if ('document' in reader.now) return err('card.travel-document')
      const { file } = reader.now
      return (await checkIdentityFile(file, trusted)).map(({ claims }) => ({ claims, file }))
    },
    recognise: async () => ok('office-card'),
    async readTravelDocument({ onProgress }) {
      onProgress?.({ step: 'opening' })
      if ('fault' in reader.now) return err(reader.now.fault)
      return 'document' in reader.now ? ok(reader.now.document) : err('travel-document.not-one')
    },
    close: async () => undefined,
  }
}

export type Capture = (
  options: Parameters<FingerprintPort['capture']>[0],
) => Result<CapturedFinger[], DeviceFault> | Promise<Result<CapturedFinger[], DeviceFault>>

/** @returns every finger that was asked for, with that quality */
export const allFingers =
  (quality: number): Capture =>
  ({ slap, exceptions }) =>
    ok(
      fingersOf[slap]
        .filter((finger) => !exceptions.includes(finger))
        .map((finger) => ({ finger, quality, record: `record of ${finger} at ${quality}` })),
    )

/** A scanner whose answers a test changes as it goes. */
export function scanner(capture: { now: Capture }): FingerprintPort {
  return {
    device: () => ({ kind: 'fingerprint-scanner', state: 'ready', name: 'Scanner at the port' }),
    onChange: () => () => undefined,
    capture: async (options) => capture.now(options),
    async *stream() {
      yield Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)
    },
    close: async () => undefined,
  }
}

/** A picture that has something to compress, so that its bytes are its own. */
export function portrait(width = 480, height = 600): Buffer {
  return Buffer.from(toJpeg(drawFace(width, height, demoCitizen.face), 80))
}

export const kioskDevices = (reader: CardOnReader, capture: { now: Capture } = { now: allFingers(80) }) => ({
  card: cardReader(reader),
  fingerprint: scanner(capture),
})

/** Short waits, so that a test sees what a person would wait for. */
export const quickLink = { probeUpMs: 200, probeDownMs: 150, requestTimeoutMs: 1_500 }

export function startKiosk(
  config: ConfigInput,
  options: Omit<HostOptions, 'config'> & Required<Pick<HostOptions, 'devices'>>,
): Promise<Host> {
  return createHost({ log: () => undefined, ...options, config: loadConfig({ link: quickLink, ...config }) })
}

/** @returns a folder that `done` removes */
export async function freshFolder(): Promise<{ path: string; done: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kiosk-host-'))
  return { path, done: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** @throws Error - if `look` has not given something within `deadlineMs` */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what} did not happen within ${deadlineMs} ms`)
}
