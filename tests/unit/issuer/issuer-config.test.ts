/** The issuer's configuration: what is not given has a default, what does not fit is named, and no secret stands in it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCredentials } from '../../../sync/issuer/credentials.ts'
import { readIssuerConfig } from '../../../sync/issuer/z-issuer-config.ts'
import { inWords, wrongWith, type Measures } from '../../../sync/issuer/watch/measures.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'issuer-config-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (content: unknown, mode = 0o600) => {
  const path = join(folder, 'file.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(path, mode)
  return path
}
const credentials = { userVariable: 'U', passwordVariable: 'P' }

test('without a file everything is in one process', () => {
  expect(readIssuerConfig(undefined)).toMatchObject({
    store: { kind: 'embedded' },
    payloads: { kind: 'folder' },
  })
})

test('a file names a CouchDB and a bucket', () => {
  const config = readIssuerConfig(
    file({
      store: { kind: 'couchdb', url: 'http://127.0.0.1:5984', credentials },
      payloads: { kind: 's3', endpoint: 'https://s3.example.bt', bucket: 'kiosks', credentials },
    }),
  )
  expect(config.store).toMatchObject({ shards: 1, waitMs: 60_000 })
  expect(config.payloads).toMatchObject({ region: 'us-east-1', prefix: 'payloads/' })
})

test.each([
  [{ store: { kind: 'couchdb' } }, 'store.url'],
  [{ store: { kind: 'couchdb', url: 'ftp://x', credentials } }, 'store.url'],
  [{ payloads: { kind: 's3', endpoint: 'http://x', bucket: 'A/B', credentials } }, 'payloads.bucket'],
  [
    { store: { kind: 'couchdb', url: 'http://x', credentials: { user: 'a', password: 'b' } } },
    'store.credentials',
  ],
  [{ colour: 'red' }, 'colour'],
])('what does not fit is named: %j', (content, name) => {
  expect(() => readIssuerConfig(file(content))).toThrow(name)
})

test('a file of credentials that others may read is refused, and so is one without', () => {
  expect(readCredentials({ file: file({ user: 'u', password: 'p' }) })).toEqual({ user: 'u', password: 'p' })
  expect(() => readCredentials({ file: file({ user: 'u', password: 'p' }, 0o644) })).toThrow('chmod 600')
  expect(() => readCredentials({ file: file('secret') })).toThrow(/^(?!.*secret)/)
  expect(() => readCredentials(credentials, { U: 'u' })).toThrow('U and P are not set')
  expect(readCredentials(credentials, { U: 'u', P: 'p' })).toEqual({ user: 'u', password: 'p' })
})

test('what is watched is told in words that Prometheus reads, and what is wrong by name', () => {
  const well: Measures = {
    ...{
      kiosks: 3,
      requests_open: 1,
      oldest_open_request_seconds: 4,
      outboxes_unread: 0,
      intake_lag_seconds: 0,
    },
    ...{ spool_files: 0, spool_bytes: 0, spool_held_up: 0, disk_free_bytes: 1e12, store_feed_up: 1 },
    problems_total: 0,
  }
  expect(inWords(well)).toContain('# TYPE kiosk_issuer_kiosks gauge\nkiosk_issuer_kiosks 3\n')
  expect(wrongWith(well)).toEqual([])
  const ill = { ...well, spool_held_up: 1, store_feed_up: 0, disk_free_bytes: 5, intake_lag_seconds: 61 }
  expect(wrongWith(ill)).toEqual(['disk', 'payload-store', 'store', 'intake'])
})
