/** The report for people: a table on the terminal, and the same in Markdown. */
import type { ComplianceReport } from './checks.ts'

const marks = { pass: 'ok', fail: 'FAIL', 'not-reached': '-' } as const

function title({ address, device, ok }: ComplianceReport): string {
  const what = device
    ? `${device.name}, serial ${device.serial}, ${device.dialect} ${device.certification}`
    : 'no device'
  return `${address}: ${what}: ${ok ? 'can be used' : 'cannot be used'}`
}

export function asTable(report: ComplianceReport): string {
  const rows = report.checks.map(
    ({ name, level, verdict, about, detail }) =>
      `  ${marks[verdict].padEnd(5)}${level.padEnd(7)}${name.padEnd(13)}${about}${detail ? ` (${detail})` : ''}`,
  )
  return [title(report), ...rows, ''].join('\n')
}

export function asMarkdown(report: ComplianceReport): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const rows = report.checks.map(
    ({ name, level, verdict, about, detail = '' }) =>
      `| ${name} | ${level} | ${marks[verdict]} | ${about} | ${cell(detail)} |`,
  )
  const head = ['| check | level | verdict | what | why |', '| --- | --- | --- | --- | --- |']
  return [`# ${cell(title(report))}`, '', report.at, '', ...head, ...rows, ''].join('\n')
}
