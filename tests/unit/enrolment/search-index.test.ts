import { randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSearchIndex } from '../../../main/enrolment/search-index.ts'
import { fileCustody } from '../../../main/vault/file-custody.ts'
import { openVault } from '../../../main/vault/vault.ts'
import { zRequestId } from '../../../sync/z-facts.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function open() {
  const custody = fileCustody(join(folder, 'key'))
  const vault = await openVault({ folder: join(folder, 'vault'), custody, random: randomBytes })
  return openSearchIndex(join(folder, 'index'), vault)
}
const [one, two] = [zRequestId.parse(ulid()), zRequestId.parse(ulid())]
const who = { cid: '10203004050', fullName: 'Tashi  Wangmo' }

test('finds by number and by whole name after a restart, in whatever case, and by nothing less', async () => {
  const index = await open()
  await index.add(one, who)
  await index.add(two, { cid: '11111111111' })
  const again = await open()
  expect(again.byCid('10203004050')).toEqual([one])
  expect(again.byName(' tashi WANGMO')).toEqual([one])
  expect(again.byName('Tashi')).toEqual([])
  expect(again.byCid('1020300405')).toEqual([])
})

test('keeps neither number nor name on the disk', async () => {
  await (await open()).add(one, who)
  const text = await readFile(join(folder, 'index'), 'utf8')
  expect(text).toContain(one)
  for (const secret of ['10203004050', 'Tashi', 'Wangmo']) expect(text).not.toContain(secret)
})

test('a line that a power cut tore costs that line only, and adding twice writes once', async () => {
  await (await open()).add(one, who)
  await appendFile(join(folder, 'index'), '\n{"request":"01')
  const index = await open()
  await index.add(two, { cid: '22222222222' })
  await index.add(two, { cid: '22222222222' })
  const again = await open()
  expect([again.byCid('10203004050'), again.byCid('22222222222')]).toEqual([[one], [two]])
})
