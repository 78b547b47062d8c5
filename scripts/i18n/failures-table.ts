/** docs/failures.md: what a person is told of each failure, and whether it is worth trying again. */
import { retryHint, zFailureCode, type Retry } from '../../main/api/failure.ts'
import { allOf, type Areas } from './message-files.ts'

const again: Record<Retry, string> = { now: 'at once', later: 'later', no: 'no' }

const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')

/** @returns the whole page, in Markdown */
export function failuresPage(areas: Areas): string {
  const english = allOf(areas, 'en')
  const textOf = (code: string, reader: 'citizen' | 'technician') =>
    cell(english[`failure.${code}.${reader}`]?.text ?? '')
  const rows = zFailureCode.options
    .toSorted()
    .map(
      (code) =>
        `| \`${code}\` | ${textOf(code, 'citizen')} | ${textOf(code, 'technician')} | ${again[retryHint(code)]} |`,
    )
  return [
    '# What can fail, and what people are told',
    '',
    'Made from `main/api/failure.ts` and the message files by `npm run i18n -- failures`; a test keeps it true.',
    'Each text says what happened, what was kept, and what to do now. Citizens and officers never see a code; the',
    'technician sees it small beside the remedy. "Again" says whether the screen offers to try again.',
    '',
    '| code | citizen and officer | technician | again |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
