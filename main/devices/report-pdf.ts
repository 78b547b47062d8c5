/** The hardware report as pages that a person reads. */
import type { HardwareReport, ReportedDevice, ReportWords } from '../api/z-hardware-report.ts'
import { createFlowingPdf, type FlowingPdf } from '../pdf/flowing-pdf.ts'

const tones = { good: '#2e6b3e', warn: '#8a5a00', bad: '#a3211b', quiet: '#8a7d68' }

/** @param words of the screen; what it did not give stands as its key @throws Error - as `createFlowingPdf` */
export async function renderReportPdf(report: HardwareReport, words: ReportWords): Promise<Uint8Array> {
  const word = (key: string) => words[key] ?? key
  const made = minuteOf(report.made)
  const { kiosk, machine, thresholds } = report
  const pdf = await createFlowingPdf({
    title: `${word('label.title')} ${kiosk.id}`,
    foot: [word('label.title'), kiosk.id, made].filter(Boolean).join(' · '),
  })
  pdf.text(word('label.title'), { size: 22, bold: true })
  pdf.space(8)
  pdf.pair(word('label.kiosk'), kiosk.id || word('label.notCommissioned'))
  pdf.pair(word('label.office'), kiosk.office || word('label.notCommissioned'))
  pdf.pair(word('label.made'), made)
  pdf.pair(word('label.version'), kiosk.version + (kiosk.demo ? ` (${word('label.demo')})` : ''))
  pdf.pair(word('label.machine'), `${machine.system}, ${machine.runtime}`)
  pdf.pair(word('label.fingerQuality'), String(thresholds.fingerQuality))
  pdf.pair(word('label.fingerTries'), String(thresholds.fingerTries))
  pdf.space(10)
  for (const device of report.devices) writeDevice(pdf, device, word)
  return pdf.finish()
}

const minuteOf = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`

function toneOf({ state, optional }: ReportedDevice): string {
  if (state === 'ready' || state === 'busy') return tones.good
  if (optional) return tones.quiet
  return state === 'starting' ? tones.warn : tones.bad
}

function writeDevice(pdf: FlowingPdf, device: ReportedDevice, word: (key: string) => string): void {
  const tone = toneOf(device)
  const valueOf = ({ fact, value }: { fact: string; value: string }) => {
    if (fact === 'card-kind') return word(`card.${value}`)
    return fact.endsWith('-bytes') ? `${value} ${word('label.bytes')}` : value
  }
  pdf.keepTogether(90)
  pdf.rule()
  pdf.text(word(`kind.${device.kind}`), { size: 14, bold: true })
  pdf.text(word(`state.${device.state}`), { bold: true, colour: tone })
  for (const fact of ['name', 'serial', 'firmware'] as const) {
    const value = device[fact]
    if (value) pdf.pair(word(`fact.${fact}`), value)
  }
  if (device.role) pdf.pair(word('label.role'), word(`role.${device.role}`))
  if (device.name) {
    const { lastUse } = device
    pdf.pair(word('label.lastUse'), lastUse ? minuteOf(lastUse) : word('label.never'))
  }
  const { cause } = device
  if (cause) {
    pdf.space(3)
    pdf.marked(tone, () => pdf.text(`${cause.remedy ?? ''} (${cause.code})`.trim()))
  }
  for (const { at, passed, cause: why, facts } of device.tests) {
    pdf.space(3)
    const outcome = word(passed ? 'label.passed' : 'label.failed')
    pdf.text(`${word('label.test')} ${at.slice(11, 19)} UTC: ${outcome}`, {
      bold: true,
      colour: passed ? tones.good : tones.bad,
    })
    if (why) pdf.text(`${why.remedy ?? ''} (${why.code})`.trim(), { indent: 12 })
    for (const one of facts) pdf.text(`${word(`fact.${one.fact}`)}: ${valueOf(one)}`, { indent: 12 })
  }
  pdf.space(10)
}
