/** The devices as the technician sees them, and a test that uses the real thing. */
import { err, ok, type Result } from 'neverthrow'
import type { JWK } from 'jose'
import type { DeviceManager } from '../../hardware/manager.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { Device } from '../../hardware/z-device.ts'
import type { Failure } from '../api/answer.ts'
import type { DeviceService } from '../api/services.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface Parts {
  manager: DeviceManager
  card: CardReaderPort
  cardKeys: () => Promise<readonly JWK[]>
  audit: AuditLog
}

type Summary = { summary: { label: string; value: string }[] }

/** A test tells that a card could be read and believed, not whose it is: a technician has no business with that. */
export function createDeviceService({ manager, card, cardKeys, audit }: Parts): DeviceService {
  async function testCard(): Promise<Result<Summary, Failure>> {
    const trusted = await cardKeys()
    if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
    const read = await card.readIdentity({ trusted, waitMs: 5_000 })
    if (read.isErr()) return err({ code: read.error })
    const { claims, file, portrait } = read.value
    return ok({
      summary: [
        { label: 'Signature', value: 'valid' },
        { label: 'Claims', value: String(Object.keys(claims).length) },
        { label: 'Identity file', value: `${file.length} bytes` },
        { label: 'Portrait', value: portrait ? `${portrait.length} bytes` : 'none' },
      ],
    })
  }

  return {
    list: () => manager.list(),
    reportCamera: (camera) => manager.setCamera(camera),
    async test(kind) {
      await audit.record('device.tested', { kind })
      if (kind === 'card-reader') return testCard()
      const device = manager.list().find((one) => one.kind === kind)
      return device ? aboutItself(device) : err({ code: 'camera.absent' })
    },
  }
}

function aboutItself(device: Device): Result<Summary, Failure> {
  switch (device.state) {
    case 'absent':
    case 'needs-attention':
      return err({ code: device.cause })
    case 'starting':
      return device.kind === 'camera' ? err({ code: 'camera.absent' }) : err({ code: 'finger.not-ready' })
    case 'busy':
      return ok({ summary: [{ label: 'Name', value: device.name }] })
    case 'ready': {
      const { name, serial, firmware } = device
      const rows = [
        { label: 'Name', value: name },
        ...(serial ? [{ label: 'Serial', value: serial }] : []),
        ...(firmware ? [{ label: 'Firmware', value: firmware }] : []),
      ]
      return ok({ summary: rows })
    }
  }
}
