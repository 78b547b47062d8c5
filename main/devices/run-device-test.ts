/** The technician's test of each kind of device, with the real thing. */
import { err, ok, type Result } from 'neverthrow'
import type { JWK } from 'jose'
import type {
  CardReaderPort,
  CardUidPort,
  CodeScannerPort,
  FingerprintPort,
  FingerVerifierPort,
  ReceiptPrinterPort,
} from '../../hardware/ports.ts'
import type { DeviceKind } from '../../hardware/z-device.ts'
import type { Failure } from '../api/answer.ts'
import type { DeviceTestAnswer } from '../api/services.ts'
import type { ExclusiveStream } from '../enrolment/exclusive-stream.ts'
import { awaitScan } from './await-scan.ts'

export interface TestedDevices {
  card: CardReaderPort
  fingerprint: FingerprintPort
  scanner: CodeScannerPort
  uidReader: CardUidPort
  fingerVerifier?: FingerVerifierPort
  printer: ReceiptPrinterPort
  cardKeys: () => Promise<readonly JWK[]>
  /** the live picture that may be on a screen */
  fingerStream: Pick<ExclusiveStream, 'stop'>
}

/** How long the technician has to hold something to the device, ms. */
const waitMs = 10_000
const cardWaitMs = 5_000

/** Which device, and until when. */
interface Asked {
  served?: { id: string }
  signal?: AbortSignal
}
type Test = (asked: Asked) => Promise<Result<DeviceTestAnswer, Failure>>

/**
 * A test tells that something could be read and believed, not whose it is: a technician has no business with that.
 *
 * @returns the tests; a kind without one is asked about itself
 */
export function deviceTestsOf(devices: TestedDevices): Partial<Record<DeviceKind, Test>> {
  const { card, fingerprint, scanner, uidReader, fingerVerifier, printer, cardKeys, fingerStream } = devices

  /** Any card shows that the reader reads; of the office's own also the signature is looked at. */
  async function testCard(asked: Asked): Promise<Result<DeviceTestAnswer, Failure>> {
    const recognised = await card.recognise({ waitMs: cardWaitMs, ...asked })
    if (recognised.isErr()) return err({ code: recognised.error })
    const kind = recognised.value
    if (kind !== 'office-card') return ok({ summary: [{ fact: 'card-kind', value: kind }] })
    const trusted = await cardKeys()
    if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
    const read = await card.readIdentity({ trusted, waitMs: cardWaitMs, ...asked })
    if (read.isErr()) return err({ code: read.error })
    const { claims, file, portrait } = read.value
    return ok({
      summary: [
        { fact: 'card-kind', value: kind },
        { fact: 'signature', value: 'valid' },
        { fact: 'claims', value: String(Object.keys(claims).length) },
        { fact: 'file-bytes', value: String(file.length) },
        { fact: 'portrait-bytes', value: String(portrait?.length ?? 0) },
      ],
    })
  }

  /** A whole capture with all its checks. What it gave is counted and dropped. */
  async function testFingers(asked: Asked): Promise<Result<DeviceTestAnswer, Failure>> {
    const told = fingerprint.device()
    if ('cause' in told && !asked.served) return err({ code: told.cause })
    // A scanner that still streams is busy.
    await fingerStream.stop()
    const captured = await fingerprint.capture({
      ...{ slap: 'right', exceptions: [], requestedScore: 1, timeoutMs: waitMs },
      ...asked,
    })
    if (captured.isErr()) return err({ code: captured.error })
    const fingers = captured.value
    return ok({
      summary: [
        { fact: 'signature', value: 'valid' },
        { fact: 'fingers', value: String(fingers.length) },
        { fact: 'least-quality', value: String(Math.min(...fingers.map(({ quality }) => quality))) },
      ],
    })
  }

  async function testScanner({ served, signal }: Asked): Promise<Result<DeviceTestAnswer, Failure>> {
    const read = await awaitScan<{ text: string; symbology?: string }>(
      scanner,
      (take) => scanner.onCode(take, served),
      { waitMs, signal },
    )
    if (read.isErr()) return err({ code: read.error })
    const { text, symbology } = read.value
    return ok({
      summary: [
        { fact: 'characters', value: String([...text].length) },
        ...(symbology ? [{ fact: 'symbology' as const, value: symbology }] : []),
      ],
    })
  }

  async function testUidReader({ served, signal }: Asked): Promise<Result<DeviceTestAnswer, Failure>> {
    const read = await awaitScan<string>(uidReader, (take) => uidReader.onUid(take, served), {
      waitMs,
      signal,
    })
    if (read.isErr()) return err({ code: read.error })
    const uid = read.value
    return ok({
      summary: [
        { fact: 'number-bytes', value: String(uid.length / 2) },
        { fact: 'number-end', value: uid.slice(-4) },
      ],
    })
  }

  /** The picture goes to the screen on which it was asked for, and is kept nowhere. */
  async function testFinger(
    verifier: FingerVerifierPort,
    { signal }: Asked,
  ): Promise<Result<DeviceTestAnswer, Failure>> {
    const captured = await verifier.captureImage({ timeoutMs: waitMs, ...(signal && { signal }) })
    if (captured.isErr()) return err({ code: captured.error })
    const { width, height, dpi, grey, minutiae, quality } = captured.value
    const [hint] = quality.hints
    return ok({
      summary: [
        { fact: 'finger-quality', value: String(quality.score) },
        ...(hint ? [{ fact: 'finger-hint' as const, value: hint }] : []),
        { fact: 'minutiae', value: String(minutiae) },
        { fact: 'picture-size', value: `${width} × ${height}, ${dpi} dpi` },
      ],
      picture: { width, height, grey: Buffer.from(grey).toString('base64') },
    })
  }

  /** Every script that a slip may be in, and a code to hold to the camera. */
  async function testPrinter({ signal }: Asked): Promise<Result<DeviceTestAnswer, Failure>> {
    const printed = await printer.print(
      [
        { kind: 'text', text: 'ABC abc 0123456789', size: 'title' },
        { kind: 'text', text: 'ཀ་ཁ་ག་ང་། རྒྱལ་ སྒྲ་ བསྐྱེད།', size: 'normal' },
        { kind: 'text', text: 'क ख ग क्ष श्र', size: 'normal' },
        { kind: 'qr', text: 'btkiosk:printer-test' },
        { kind: 'line' },
      ],
      signal,
    )
    return printed.isOk() ? ok({ summary: [] }) : err({ code: printed.error })
  }

  return {
    'card-reader': testCard,
    'fingerprint-scanner': testFingers,
    'code-scanner': testScanner,
    'uid-reader': testUidReader,
    'receipt-printer': testPrinter,
    ...(fingerVerifier && { 'finger-verifier': (asked: Asked) => testFinger(fingerVerifier, asked) }),
  }
}
