/**
 * Puts the reports of a barcode scanner together to codes. A code longer than one report comes in several, each but the
 * last with a bit that says so. The bytes come from a cable: whatever does not fit ends the code that was under way.
 */
import type { CodeLayout } from './z-profile.ts'

export interface ScannedCode {
  text: string
  /** symbology identifier of ISO/IEC 15424, as `]Q1` for a QR code, where the scanner says it */
  symbology?: string
}

export type Assembled = { state: 'whole'; code: ScannedCode } | { state: 'more' } | { state: 'unusable' }

/** The longest code of ours has under 4 kB; a QR code cannot hold more than 7089 characters. */
export const longestCode = 7_089

/** Reports of one code follow each other at once, ms. */
const longestPause = 1_000

const symbologyForm = /^\][A-Za-z][0-9A-Za-z]$/

/** @returns takes one report and when it came (ms); says whether a code is whole */
export function createCodeAssembly(layout: CodeLayout): (report: Uint8Array, now: number) => Assembled {
  let parts: Uint8Array[] = []
  let length = 0
  let last = 0
  const forget = () => {
    parts = []
    length = 0
  }
  const unusable = (): Assembled => {
    forget()
    return { state: 'unusable' }
  }

  return (report, now) => {
    const part = partOf(layout, report)
    if (!part) return unusable()
    // Half of a code that never went on must not become the beginning of the next person's.
    if (parts.length > 0 && now - last > longestPause) forget()
    last = now
    length += part.length
    if (length > longestCode) return unusable()
    parts.push(part)
    if (goesOn(layout, report)) return part.length === 0 ? unusable() : { state: 'more' }
    const text = textOf(Buffer.concat(parts))
    forget()
    if (text === undefined) return unusable()
    const symbology = symbologyOf(layout, report)
    return { state: 'whole', code: { text, ...(symbology && { symbology }) } }
  }
}

function partOf(layout: CodeLayout, report: Uint8Array): Uint8Array | undefined {
  if (layout.report !== undefined && report[0] !== layout.report) return undefined
  const count = report[layout.count.at]
  const { at, most } = layout.text
  if (count === undefined || count > most || report.length < at + count) return undefined
  if (layout.more && report.length <= layout.more.at) return undefined
  return report.subarray(at, at + count)
}

function goesOn({ more }: CodeLayout, report: Uint8Array): boolean {
  return more !== undefined && (((report[more.at] ?? 0) >> more.bit) & 1) === 1
}

/** Text in UTF-8; what is no text, or empty, is none of our codes. A line end that the scanner adds is taken off. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .replace(/[\r\n\t]+$/, '')
    return text.length > 0 && !hasControls(text) ? text : undefined
  } catch {
    return undefined
  }
}

function hasControls(text: string): boolean {
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    // GS1 codes use the group separator 1D, and some forms hold line breaks.
    if ((point < 0x20 && ![0x09, 0x0a, 0x0d, 0x1d].includes(point)) || point === 0x7f) return true
  }
  return false
}

function symbologyOf({ symbology }: CodeLayout, report: Uint8Array): string | undefined {
  if (!symbology) return undefined
  const said = Buffer.from(report.subarray(symbology.at, symbology.at + 3)).toString('latin1')
  return symbologyForm.test(said) ? said : undefined
}
