/** Every failure code: its texts say what happened, what was kept and what to do; and something really gives it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { retryHint, zFailureCode, zRetry } from '../../../main/api/failure.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const zMessages = z.record(z.string(), z.object({ text: z.string() }))
const folder = join(root, 'renderer/lib/i18n/messages/en')
const english: z.infer<typeof zMessages> = Object.assign(
  {},
  ...readdirSync(folder).map((file) => zMessages.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))),
)
const textOf = (code: string, reader: 'citizen' | 'technician') =>
  english[`failure.${code}.${reader}`]?.text ?? ''

/** Where codes are declared; to stand here is not yet to be given by anything. */
const declarations = ['main/api/failure.ts', 'hardware/z-device.ts']
const sources = ['main', 'hardware', 'sync', 'renderer'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !declarations.some((one) => path === join(root, one)))
    .map((path) => readFileSync(path, 'utf8')),
)

const sentences = (text: string) => text.split(/(?<=[.;:])\s+/)
/** An order or a request to whoever reads it, in the last sentence. */
const toDo =
  /^(please|try|place|call|ask|show|hold|find|take|look|wait|turn|go|see|start|do not|clean|enter|check|mark|sign|come|choose|use|open|lift|scan|type|if that was not you, tell)\b/i

describe.each(zFailureCode.options)('%s', (code) => {
  test('has texts without its code', () => {
    for (const reader of ['citizen', 'technician'] as const) {
      const text = textOf(code, reader)
      expect(text.length, reader).toBeGreaterThan(10)
      expect(text).not.toContain(code)
      expect(text).not.toMatch(/\b[a-z]+\.[a-z]+-[a-z]+\b/)
    }
    expect(textOf(code, 'citizen')).not.toMatch(/\d{3}|error code|undefined/i)
  })

  test('tells the citizen at the end what to do', () => {
    expect(sentences(textOf(code, 'citizen')).at(-1)).toMatch(toDo)
  })

  test('says whether trying again helps', () => {
    expect(zRetry.options).toContain(retryHint(code))
    // Who is told to try again must not be told that it cannot help.
    if (retryHint(code) === 'no') expect(textOf(code, 'citizen')).not.toMatch(/\btry again\b/i)
  })

  test('is given by something', () => {
    expect(sources.some((source) => source.includes(`'${code}'`))).toBe(true)
  })
})

test('there are texts for no other code', () => {
  const told = new Set(
    Object.keys(english)
      .filter((key) => key.startsWith('failure.'))
      .map((key) => key.replace(/^failure\.(.*)\.\w+$/, '$1')),
  )
  expect([...told].toSorted()).toEqual([...zFailureCode.options].toSorted())
})
