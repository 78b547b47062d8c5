/**
 * Comma-separated values (RFC 4180) as LibreOffice and Excel write and read them: UTF-8 with a byte order mark, lines that
 * end in CR LF. A field that a spreadsheet would take for a formula goes out behind an apostrophe and loses it coming in.
 */
import { err, ok, type Result } from 'neverthrow'

/** What a file from a reviewer's machine may at most be. */
export const csvLimits = { characters: 2_000_000, rows: 10_000, columns: 20, field: 4_000 } as const

export interface CsvRow {
  /** the line of the file at which it begins, from 1 */
  line: number
  fields: string[]
}
export interface CsvProblem {
  line: number
  what: 'too-large' | 'not-csv'
}

const bom = '\u{feff}'
const likeFormula = /^'*[=+\-@\t\r＝＋－＠]/

const guarded = (field: string) => (likeFormula.test(field) ? `'${field}` : field)
const unguarded = (field: string) =>
  field.startsWith("'") && likeFormula.test(field) ? field.slice(1) : field

/** @returns the whole file; every field in quotes */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map((field) => `"${guarded(field).replaceAll('"', '""')}"`).join())
  return `${bom}${lines.join('\r\n')}\r\n`
}

/** Some countries' spreadsheets separate by semicolons or tabs: the header, which has neither, tells. */
const separatorOf = (text: string) => /^[^\r\n,;\t]*([,;\t])/.exec(text)?.[1] ?? ','

/** @returns its rows without empty ones; the first thing that is wrong where it is no such file */
export function readCsv(file: string): Result<CsvRow[], CsvProblem> {
  if (file.length > csvLimits.characters) return err({ line: 1, what: 'too-large' })
  const text = file.startsWith(bom) ? file.slice(1) : file
  const separator = separatorOf(text)
  const rows: CsvRow[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const row: CsvRow = { line, fields: [] }
    let more = true
    while (more) {
      const field = fieldAt(text, at, separator)
      if (!field) return err({ line, what: 'not-csv' })
      if (field.value.length > csvLimits.field || row.fields.length === csvLimits.columns)
        return err({ line, what: 'too-large' })
      row.fields.push(unguarded(field.value))
      line += field.value.split('\n').length - 1
      at = field.end
      more = text[at] === separator
      if (more) at += 1
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    if (row.fields.some((one) => one !== '')) rows.push(row)
    if (rows.length > csvLimits.rows) return err({ line: row.line, what: 'too-large' })
  }
  return ok(rows)
}

/** @returns the field and where it ends: at a separator, the end of a line or of the file; undefined for anything else */
function fieldAt(text: string, from: number, separator: string): { value: string; end: number } | undefined {
  if (text[from] !== '"') {
    let end = from
    while (end < text.length && !`${separator}\r\n"`.includes(text.charAt(end))) end += 1
    return endsField(text, end, separator) ? { value: text.slice(from, end), end } : undefined
  }
  let value = ''
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return undefined
    value += text.slice(at, quote)
    at = quote + 1
    if (text[at] !== '"') return endsField(text, at, separator) ? { value, end: at } : undefined
    value += '"'
    at += 1
  }
}

const endsField = (text: string, at: number, separator: string) =>
  at === text.length || text[at] === separator || text[at] === '\n' || text.startsWith('\r\n', at)
