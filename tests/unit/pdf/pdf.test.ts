/** The two documents: that they are PDF of the right size with all scripts in them. How they look is seen by eye. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok } from 'neverthrow'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../../hardware/z-device.ts'
import type { KioskInfo } from '../../../main/api/services.ts'
import { zHardwareReport } from '../../../main/api/z-hardware-report.ts'
import { buildReport } from '../../../main/devices/build-report.ts'
import type { DeviceTest } from '../../../main/devices/device-tests.ts'
import { renderReportPdf } from '../../../main/devices/report-pdf.ts'
import { renderReceiptPdf } from '../../../main/pdf/receipt-pdf.ts'

/** For whoever wants to look at them. */
function keep(name: string, bytes: Uint8Array): Buffer {
  mkdirSync('test-results/pdf', { recursive: true })
  writeFileSync(join('test-results/pdf', name), bytes)
  return Buffer.from(bytes)
}
const pagesOf = (pdf: Buffer) => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b/g)].length
/** width and height of the first page, mm */
function sizeOf(pdf: Buffer): number[] {
  const [, ...box] = /\/MediaBox\s*\[\S+ \S+ (\S+) (\S+)\]/.exec(pdf.toString('latin1')) ?? []
  return box.map((points) => Math.round((Number(points) / 72) * 25.4))
}
const fontsOf = (pdf: Buffer) =>
  [...pdf.toString('latin1').matchAll(/\/BaseFont\s*\/[A-Z]+\+(\w+)/g)].map(([, name]) => name)

describe('a slip', () => {
  const slip = [
    { kind: 'text', text: 'ཐོ་བཀོད་ཤོག་བྱང་།', size: 'title' },
    { kind: 'line' },
    { kind: 'qr', text: 'btkiosk:slip:1:01JARZ3NDEKTSV4RRFFQ69G5FA:9F3A11C2' },
    { kind: 'text', text: '01JA RZ3N DEKT SV4R RFFQ 69G5 FA', size: 'small' },
    { kind: 'text', text: 'འདི་ བདག་འཛིན་འཐབ་སྟེ་བཞག་གནང་། བསྐྱེད་ རྒྱལ་ཁབ་', size: 'normal' },
    { kind: 'text', text: 'यो पर्ची राख्नुहोस्। क्षेत्रीय कार्यालय', size: 'normal' },
  ] as const

  it.each([
    ['roll', 80],
    ['a4', 210],
  ] as const)('on %s is one page %i mm wide with its fonts in it', async (paper, width) => {
    const pdf = keep(`slip-${paper}.pdf`, await renderReceiptPdf(slip, paper, 'slip'))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect(pagesOf(pdf)).toBe(1)
    expect(sizeOf(pdf)[0]).toBe(width)
    if (paper === 'a4') expect(sizeOf(pdf)[1]).toBe(297)
    expect(new Set(fontsOf(pdf))).toEqual(new Set(['NotoSans', 'Jomolhari', 'NotoSansDevanagari']))
  })
})

describe('a hardware report', () => {
  const words = {
    'label.title': 'Hardware report',
    'kind.card-reader': 'Card reader',
    'remedy.card.service-down':
      'The PC/SC service is not running: start pcscd (systemctl start pcscd.socket).',
  }
  const at = '2026-11-24T10:00:00.000Z'
  const devices: Device[] = [
    { kind: 'card-reader', id: 'card-reader', state: 'absent', cause: 'card.service-down' },
    {
      ...{ kind: 'camera', id: 'camera:A1', state: 'ready', name: 'Logitech C920', serial: 'A1' },
      ...{ knownBy: 'serial', firmware: '2.1', lastUse: at },
    },
    {
      ...{ kind: 'receipt-printer', id: 'receipt-printer', state: 'absent' },
      ...{ cause: 'printer.absent', optional: true },
    },
    {
      ...{ kind: 'uid-reader', id: 'uid-reader:name:pcProx', state: 'needs-attention', name: 'pcProx' },
      ...{ knownBy: 'name', cause: 'hid.denied' },
    },
  ]
  const tests: DeviceTest[] = [
    { kind: 'card-reader', at, result: err({ code: 'card.service-down' }) },
    {
      ...{ kind: 'uid-reader', at },
      result: ok({
        summary: [
          { fact: 'number-bytes', value: '7' },
          { fact: 'number-end', value: 'c3d4' },
        ],
      }),
    },
  ]
  const kiosk: KioskInfo = {
    ...{ id: 'paro-01', office: 'Paro', version: '0.1.0', demo: false, issuer: 'did:x' },
    keyCustody: 'os',
    fingerCheck: { scanner: 'none', asked: false, templateDays: 90 },
    fingerRules: { threshold: 40, tries: 3 },
    switches: { next: 'F8', press: 'F9', autoMs: 0 },
  }
  const machine = { system: 'Linux 6.1.0 x64', runtime: 'Node 24.21.0' }
  const report = buildReport({ made: at, kiosk, machine, devices, tests, words })

  it('says each device, its cause with the remedy, and its tests, but no number of a card', () => {
    expect(zHardwareReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report.devices.map(({ state }) => state)).toEqual(['absent', 'ready', 'absent', 'needs-attention'])
    const cause = { code: 'card.service-down', remedy: words['remedy.card.service-down'] }
    expect(report.devices[0]).toEqual({
      ...{ kind: 'card-reader', state: 'absent', cause },
      tests: [{ at, passed: false, cause, facts: [] }],
    })
    expect(report.devices[3]?.tests[0]?.facts).toEqual([{ fact: 'number-bytes', value: '7' }])
    expect(JSON.stringify(report)).not.toContain('c3d4')
  })

  it('goes over as many pages as it needs', async () => {
    const pdf = keep('report.pdf', await renderReportPdf(report, words))
    expect(pagesOf(pdf)).toBe(1)
    const many = { ...report, devices: Array.from({ length: 12 }, () => report.devices).flat() }
    const long = keep('report-long.pdf', await renderReportPdf(many, words))
    expect(pagesOf(long)).toBeGreaterThan(2)
    expect(sizeOf(long)).toEqual([210, 297])
  })
})
