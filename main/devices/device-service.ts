/** The devices as the technician sees them, and a test that uses the real thing. */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { JWK } from 'jose'
import type { DeviceManager } from '../../hardware/manager.ts'
import type {
  CardReaderPort,
  CardUidPort,
  CodeScannerPort,
  FingerVerifierPort,
  ReceiptPrinterPort,
} from '../../hardware/ports.ts'
import type { Device } from '../../hardware/z-device.ts'
import type { Failure } from '../api/answer.ts'
import type { DeviceService, TestLine } from '../api/services.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { saveFailure } from '../disk-full.ts'
import type { CameraChoiceBook } from './camera-choices.ts'
import { awaitScan } from './await-scan.ts'
import { scannedCodes } from './scanned-codes.ts'

interface Parts {
  manager: DeviceManager
  card: CardReaderPort
  scanner: CodeScannerPort
  uidReader: CardUidPort
  fingerVerifier?: FingerVerifierPort
  printer: ReceiptPrinterPort
  cardKeys: () => Promise<readonly JWK[]>
  cameras: CameraChoiceBook
  audit: AuditLog
}

/** How long the technician has to hold something to the device, ms. */
const waitMs = 10_000

type Stop = AbortSignal | undefined
type Summary = { summary: TestLine[] }

/** A test tells that something could be read and believed, not whose it is: a technician has no business with that. */
export function createDeviceService({
  manager,
  card,
  scanner,
  uidReader,
  fingerVerifier,
  printer,
  cardKeys,
  cameras,
  audit,
}: Parts): DeviceService {
  async function testCard(signal: Stop): Promise<Result<Summary, Failure>> {
    const trusted = await cardKeys()
    if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
    const read = await card.readIdentity({ trusted, waitMs: 5_000, ...(signal && { signal }) })
    if (read.isErr()) return err({ code: read.error })
    const { claims, file, portrait } = read.value
    return ok({
      summary: [
        { fact: 'signature', value: 'valid' },
        { fact: 'claims', value: String(Object.keys(claims).length) },
        { fact: 'file-bytes', value: String(file.length) },
        { fact: 'portrait-bytes', value: String(portrait?.length ?? 0) },
      ],
    })
  }

  async function testScanner(signal: Stop): Promise<Result<Summary, Failure>> {
    const read = await awaitScan(scanner, scanner.onCode, { waitMs, signal })
    if (read.isErr()) return err({ code: read.error })
    const { text, symbology } = read.value
    return ok({
      summary: [
        { fact: 'characters', value: String([...text].length) },
        ...(symbology ? [{ fact: 'symbology' as const, value: symbology }] : []),
      ],
    })
  }

  async function testUidReader(signal: Stop): Promise<Result<Summary, Failure>> {
    const read = await awaitScan(uidReader, uidReader.onUid, { waitMs, signal })
    if (read.isErr()) return err({ code: read.error })
    const uid = read.value
    return ok({
      summary: [
        { fact: 'number-bytes', value: String(uid.length / 2) },
        { fact: 'number-end', value: uid.slice(-4) },
      ],
    })
  }

  /** How good the picture was; the picture itself is shown to nobody and kept nowhere. */
  async function testFinger(verifier: FingerVerifierPort, signal: Stop): Promise<Result<Summary, Failure>> {
    const captured = await verifier.captureImage({ timeoutMs: waitMs, ...(signal && { signal }) })
    if (captured.isErr()) return err({ code: captured.error })
    const { width, height, dpi, minutiae, quality } = captured.value
    const [hint] = quality.hints
    return ok({
      summary: [
        { fact: 'finger-quality', value: String(quality.score) },
        ...(hint ? [{ fact: 'finger-hint' as const, value: hint }] : []),
        { fact: 'minutiae', value: String(minutiae) },
        { fact: 'picture-size', value: `${width} × ${height}, ${dpi} dpi` },
      ],
    })
  }

  /** Every script that a slip may be in, and a code to hold to the camera. */
  async function testPrinter(signal: Stop): Promise<Result<Summary, Failure>> {
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
    list: () => manager.list(),
    reportCamera: (camera) => manager.setCamera(camera),
    cameraChoices: () => cameras.all(),
    async chooseCamera(staff, role, camera) {
      const kept = await cameras.choose(role, camera)
      if (kept.isOk()) await audit.record('device.camera-chosen', { staff: staff.id, kind: role })
      return kept
    },
    scannedCodes: (signal) => scannedCodes(scanner, signal),
    async identify({ kind }) {
      await audit.record('device.identified', { kind })
      const port = kind === 'code-scanner' ? scanner : kind === 'uid-reader' ? uidReader : undefined
      const done = port ? await port.identify() : err('hid.no-signal' as const)
      return done.isOk() ? ok(null) : err({ code: done.error })
    },
    async test({ kind }, signal) {
      await audit.record('device.tested', { kind })
      if (kind === 'card-reader') return testCard(signal)
      if (kind === 'code-scanner') return testScanner(signal)
      if (kind === 'uid-reader') return testUidReader(signal)
      if (kind === 'finger-verifier' && fingerVerifier) return testFinger(fingerVerifier, signal)
      if (kind === 'receipt-printer') return testPrinter(signal)
      const device = manager.list().find((one) => one.kind === kind)
      return device ? aboutItself(device) : err({ code: 'camera.absent' })
    },
    async setRole(id, role) {
      try {
        if (!(await manager.setRole(id, role))) return err({ code: 'device.unknown' })
      } catch (error) {
        return err(saveFailure(error))
      }
      await audit.record('device.role-set', {
        kind: id.split(':', 1)[0] ?? '',
        role,
        device: fingerprintOf(id),
      })
      return ok(null)
    },
  }
}

/** Enough to find the device in the list again; a serial number may have any form, and the log takes only few. */
const fingerprintOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 12)

function aboutItself(device: Device): Result<Summary, Failure> {
  switch (device.state) {
    case 'absent':
    case 'gone':
    case 'needs-attention':
      return err({ code: device.cause })
    case 'starting':
      return device.kind === 'camera' ? err({ code: 'camera.absent' }) : err({ code: 'finger.not-ready' })
    case 'busy':
      return ok({ summary: [{ fact: 'name', value: device.name }] })
    case 'ready': {
      const { name, serial, firmware } = device
      const rows: TestLine[] = [
        { fact: 'name', value: name },
        ...(serial ? [{ fact: 'serial' as const, value: serial }] : []),
        ...(firmware ? [{ fact: 'firmware' as const, value: firmware }] : []),
      ]
      return ok({ summary: rows })
    }
  }
}
