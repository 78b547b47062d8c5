import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuditLog } from '../../../main/audit/audit-log.ts'

let folder: string
let path: string
const clock = { now: () => Date.UTC(2026, 0, 1) }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'))
  path = join(folder, 'audit.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

async function written(count: number): Promise<string[]> {
  const log = await openAuditLog({ path, clock })
  for (let i = 0; i < count; i += 1) await log.record('staff.signed-in', { staff: `officer-${i}` })
  await log.close()
  return (await readFile(path, 'utf8')).split('\n')
}

async function verdict() {
  const log = await openAuditLog({ path, clock })
  const found = await log.verify()
  await log.close()
  return found
}

describe('the audit log', () => {
  test('goes on with the chain after a restart', async () => {
    await written(3)
    await written(2)
    expect(await verdict()).toMatchObject({ whole: true, lines: 5 })
  })

  test.each([
    ['a changed line', (lines: string[]) => lines.with(1, lines[1]?.replace('officer-1', 'officer-9') ?? '')],
    ['a removed line', (lines: string[]) => lines.toSpliced(1, 1)],
    ['two lines swapped', (lines: string[]) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? '')],
    ['a line of something else', (lines: string[]) => lines.with(1, '{"n":1}')],
  ])('sees %s, says so in the log, and goes on', async (_name, change) => {
    await writeFile(path, change(await written(4)).join('\n'))
    expect(await verdict()).toMatchObject({ whole: false, brokenAt: 1 })
    expect(await readFile(path, 'utf8')).toContain('audit.chain-broken')
  })

  test('drops a line that a power cut tore, and stays whole', async () => {
    await written(2)
    await appendFile(path, '{"n":2,"at":"2026-')
    expect(await verdict()).toMatchObject({ whole: true, lines: 3 })
    expect(await readFile(path, 'utf8')).toContain('audit.torn-line-dropped')
  })

  test('keeps the order of what came at once', async () => {
    const log = await openAuditLog({ path, clock })
    await Promise.all(Array.from({ length: 20 }, (_, count) => log.record('draft.opened', { count })))
    expect(await log.verify()).toMatchObject({ whole: true, lines: 20 })
    const counts = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).facts.count)
    expect(counts).toEqual(Array.from({ length: 20 }, (_, count) => count))
    await log.close()
  })

  test.each([
    ['an event that is not in the list', 'something.else', {}],
    ['a fact that is not in the list', 'draft.opened', { fullName: 'x' }],
    ['a name', 'draft.opened', { staff: 'Tashi Wangmo' }],
    ['a name in Dzongkha', 'draft.opened', { staff: 'བཀྲ་ཤིས' }],
    ['a CID', 'draft.opened', { request: '10203004050' }],
    ['a long text', 'draft.opened', { code: 'x'.repeat(65) }],
  ])('refuses to write %s', async (_name, event, facts) => {
    const log = await openAuditLog({ path, clock })
    expect(() => log.record(event, facts)).toThrow()
    await log.close()
    expect(await readFile(path, 'utf8')).toBe('')
  })
})
