/** The hardware report on a stick: for programs as JSON, for people as PDF. */
import { release, type } from 'node:os'
import { err, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { KioskInfo } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import type { ReportWords } from '../api/z-hardware-report.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import type { RemovableMedia } from '../removable/removable-media.ts'
import type { SavedFiles } from '../api/z-medium.ts'
import { buildReport } from './build-report.ts'
import type { DeviceTests } from './device-tests.ts'
import type { Device } from '../../hardware/z-device.ts'
import { renderReportPdf } from './report-pdf.ts'

interface Parts {
  devices: () => readonly Device[]
  tests: DeviceTests
  kiosk: () => KioskInfo
  media: RemovableMedia
  clock: Clock
  audit: AuditLog
}

/** @returns saves both files; `printer.cannot-draw` without the library that draws, else the codes of a stick */
export function createSaveReport({ devices, tests, kiosk, media, clock, audit }: Parts) {
  return async (staff: Staff, medium: string, words: ReportWords): Promise<Result<SavedFiles, Failure>> => {
    const made = instant(clock)
    const report = buildReport({
      ...{ made, kiosk: kiosk(), devices: devices(), tests: tests.of(staff), words },
      machine: { system: `${type()} ${release()} ${process.arch}`, runtime: `Node ${process.versions.node}` },
    })
    const saved = await save(report.kiosk.id, made, () => renderReportPdf(report, words))
    const count = report.devices.length
    if (saved.isOk()) await audit.record('report.saved', { staff: staff.id, count })
    else await audit.record('report.not-saved', { staff: staff.id, code: saved.error.code })
    return saved

    async function save(id: string, at: string, render: () => Promise<Uint8Array>) {
      let pdf
      try {
        pdf = await render()
      } catch {
        return err<SavedFiles, Failure>({ code: 'printer.cannot-draw' })
      }
      const name = `hardware-${id || 'kiosk'}-${at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`
      const json = Buffer.from(`${JSON.stringify(report, null, 2)}\n`)
      return media.write(medium, [
        { name: `${name}.json`, bytes: json },
        { name: `${name}.pdf`, bytes: pdf },
      ])
    }
  }
}
