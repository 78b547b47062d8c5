/** The search for what must not lie in the clear finds it in every form, and in a database whose tables are compressed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { findInTheClear } from '../../journey/find-in-the-clear.ts'

const name = 'བདེ་ཆེན་དབང་མོ།'
const cid = '10702001934'
const picture = Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 37 + (at >> 3) + 128) % 256))
const secrets = [Buffer.from(name), Buffer.from(cid), picture]
let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-clear-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inBase64 = (bytes: Buffer, before: string) =>
  Buffer.concat([Buffer.from(before), bytes, Buffer.from('!!')])
const escaped = (text: string) =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

test.each<[string, string | Buffer]>([
  ['as it is', `{"name":"${name}"}`],
  ['as a number', `cid=${cid};`],
  ['as bytes', Buffer.concat([Buffer.from('head'), picture, Buffer.from('tail')])],
  ['in UTF-16, little end first', Buffer.from(name, 'utf16le')],
  ['in UTF-16, big end first', Buffer.from(cid, 'utf16le').swap16()],
  ['in hex', picture.toString('hex')],
  ['in capital hex', Buffer.from(cid).toString('hex').toUpperCase()],
  ['in JSON without letters of its own', escaped(name)],
  ['in an address', encodeURIComponent(name)],
  ...['', 'x', 'xy'].flatMap((before): [string, string][] => [
    [`in base64 after ${before.length}`, inBase64(picture, before).toString('base64')],
    [`in base64url after ${before.length}`, inBase64(picture, before).toString('base64url')],
    [`a name in base64 after ${before.length}`, inBase64(Buffer.from(name), before).toString('base64')],
    [
      `a number in base64url after ${before.length}`,
      inBase64(Buffer.from(cid), before).toString('base64url'),
    ],
  ]),
])('finds it %s', async (_, content) => {
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
  writeFileSync(join(folder, 'deep', 'er', 'file'), content)
  writeFileSync(join(folder, 'other'), 'nothing of anybody')
  expect(await findInTheClear(folder, secrets)).toEqual([join(folder, 'deep', 'er', 'file')])
})

test('finds it in the name of a file', async () => {
  writeFileSync(join(folder, `${cid}.txt`), '')
  expect(await findInTheClear(folder, secrets)).toEqual([join(folder, `${cid}.txt`)])
})

test('finds it in a database, and nothing in one that does not hold it', async () => {
  for (const [where, text] of [
    ['with', `${'a'.repeat(30)}${cid}`],
    ['without', 'a'.repeat(40)],
  ] as const) {
    const database = openDurableStore<{ text: string }>(join(folder, where))
    for (let at = 0; at < 50; at += 1) await database.put({ _id: `doc:${at}`, text: `${text}${at}` })
    await database.close()
  }
  expect(await findInTheClear(folder, secrets)).toContain(join(folder, 'with'))
  expect((await findInTheClear(folder, secrets)).filter((path) => path.includes('without'))).toEqual([])
})
