/** A link that is cut while PouchDB asks for the size of the source: nothing is thrown where nobody can catch it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PouchDB from 'pouchdb'
import { expect, test } from 'vitest'
import { quietInfo } from '../../../sync/quiet-info.ts'

test('a source that cannot tell its size is replicated all the same, without a rejection left over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiet-info-'))
  const source = new PouchDB<{ n: number }>(join(folder, 'source'))
  const target = new PouchDB<{ n: number }>(join(folder, 'target'))
  await source.bulkDocs([1, 2, 3].map((n) => ({ _id: String(n), n })))
  source.info = () => Promise.reject(new Error('the link was cut'))
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  const result = await target.replicate.from(quietInfo(source), { retry: false, batch_size: 1 })
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', note)
  expect(result).toMatchObject({ docs_written: 3 })
  expect(rejections).toEqual([])
  await source.close()
  await target.close()
  rmSync(folder, { recursive: true })
})
