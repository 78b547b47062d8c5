/** The devices as the technician sees them, and a test that uses the real thing. */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { DeviceManager } from '../../hardware/manager.ts'
import type { Device } from '../../hardware/z-device.ts'
import type { Failure } from '../api/answer.ts'
import type { DeviceService, DeviceTestAnswer, TestLine } from '../api/services.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { saveFailure } from '../disk-full.ts'
import { exclusiveStream } from '../enrolment/exclusive-stream.ts'
import { deviceTestsOf, type TestedDevices } from './run-device-test.ts'
import type { CameraChoiceBook } from './camera-choices.ts'
import { scannedCodes } from './scanned-codes.ts'

interface Parts extends Omit<TestedDevices, 'fingerStream'> {
  manager: DeviceManager
  cameras: CameraChoiceBook
  audit: AuditLog
}

/** A live picture that somebody forgot does not keep the scanner for ever, ms. */
const longestLookMs = 60_000

export function createDeviceService(parts: Parts): DeviceService {
  const { manager, scanner, uidReader, cameras, audit } = parts
  const fingerStream = exclusiveStream(parts.fingerprint)
  const tests = deviceTestsOf({ ...parts, fingerStream })

  return {
    list: () => manager.list(),
    reportCamera: (camera) => manager.setCamera(camera),
    cameraChoices: () => cameras.all(),
    async chooseCamera(staff, role, camera) {
      const kept = await cameras.choose(role, camera)
      if (kept.isOk()) await audit.record('device.camera-chosen', { staff: staff.id, kind: role })
      return kept
    },
    scannedCodes: (served, signal) => scannedCodes(scanner, served, signal),
    async *fingerFrames(signal) {
      await audit.record('device.watched', { kind: 'fingerprint-scanner' })
      yield* fingerStream.open('right', AbortSignal.any([signal, AbortSignal.timeout(longestLookMs)]))
    },
    async identify({ kind, id }) {
      await audit.record('device.identified', { kind })
      const port = kind === 'code-scanner' ? scanner : kind === 'uid-reader' ? uidReader : undefined
      const done = port ? await port.identify(id) : err('hid.no-signal' as const)
      return done.isOk() ? ok(null) : err({ code: done.error })
    },
    async test({ kind, id }, signal) {
      const device = manager.list().find((one) => one.kind === kind && (id === undefined || one.id === id))
      if (!device) return err({ code: kind === 'camera' ? 'camera.absent' : 'device.unknown' })
      await audit.record('device.tested', { kind })
      const run = tests[kind]
      if (!run) return aboutItself(device)
      return run({ ...('name' in device && id && { served: { id } }), ...(signal && { signal }) })
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

function aboutItself(device: Device): Result<DeviceTestAnswer, Failure> {
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
