/** Drafts whose database cannot be read do not keep the kiosk from starting, and what was deleted stays deleted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDrafts } from '../../../main/enrolment/open-drafts.ts'
import { SetAside } from '../../../sync/set-aside.ts'

let folder = ''
const told: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-drafts-'))
  told.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = { now: () => Date.parse('2026-03-01T09:00:00Z') }
const open = () =>
  openDrafts(join(folder, 'drafts'), join(folder, 'sync'), { clock, log: (event) => told.push(event) })

test('set aside, shown with what the queue sets aside, and the newest of each draft taken over', async () => {
  const first = await open()
  await first.put({ _id: 'draft:a', sealed: 'old' })
  const { _rev } = await first.get('draft:a')
  await first.put({ _id: 'draft:a', _rev, sealed: 'new' })
  await first.put({ _id: 'draft:b', sealed: 'of a citizen who went away' })
  await first.remove(await first.get('draft:b'))
  await first.close()
  writeFileSync(join(folder, 'drafts', 'CURRENT'), 'nothing\n')

  const again = await open()
  const { rows } = await again.allDocs({ include_docs: true })
  expect(rows.map(({ doc }) => doc)).toMatchObject([{ _id: 'draft:a', sealed: 'new' }])
  await expect(again.get('draft:b')).rejects.toMatchObject({ status: 404 })
  // And it is changed and deleted as before.
  await again.remove(await again.get('draft:a'))
  expect((await again.allDocs()).rows).toEqual([])
  await again.close()
  expect(told.join()).toContain('database drafts set aside, 1 documents taken over')
  expect((await SetAside.open(join(folder, 'sync', 'set-aside'), clock)).list()).toMatchObject([
    { kind: 'database', name: 'drafts' },
  ])
})
