/**
 * The stores that the issuer can stand on, for the tests that hold for each: the embedded one always, and a real Apache
 * CouchDB 3 where `KIOSK_TEST_COUCHDB` names one by the URL of its admin (`http://admin:…@127.0.0.1:5984`). What the tests
 * make there they take away again.
 */
import { zStoreChoice, type StoreChoice } from '../../sync/issuer/store/z-store-choice.ts'

export interface TestStore {
  name: string
  choice: StoreChoice
  /** of the server itself, where there is one */
  direct?: string
  /** the answer of the server's admin */
  admin?: (method: string, path: string, body?: unknown) => Promise<Response>
  /** a server that is as it was when it was installed */
  empty(): Promise<void>
}

const adminUrl = process.env['KIOSK_TEST_COUCHDB']
if (!adminUrl)
  process.stderr.write(
    'CouchDB is left out: KIOSK_TEST_COUCHDB names no server (http://admin:password@host:5984)\n',
  )

const embedded: TestStore = {
  name: 'embedded store',
  choice: { kind: 'embedded' },
  empty: async () => undefined,
}

/** @param url with name and password of its admin */
export function couchAt(url: string): TestStore {
  const { username, password, origin } = new URL(url)
  process.env['KIOSK_COUCH_USER'] = decodeURIComponent(username)
  process.env['KIOSK_COUCH_PASSWORD'] = decodeURIComponent(password)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const admin = (method: string, path: string, body?: unknown) =>
    fetch(`${origin}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return {
    name: 'Apache CouchDB',
    choice: zStoreChoice.parse({
      ...{ kind: 'couchdb', url: origin, waitMs: 10_000 },
      credentials: { userVariable: 'KIOSK_COUCH_USER', passwordVariable: 'KIOSK_COUCH_PASSWORD' },
    }),
    direct: origin,
    admin,
    async empty() {
      const names: unknown = await (await admin('GET', '_all_dbs')).json()
      const ours = (Array.isArray(names) ? names : []).filter((name) => /^(kiosk-|issuer-notes)/.test(name))
      for (const name of ours) await admin('DELETE', name)
      const users: { rows?: { id: string; value: { rev: string } }[] } = JSON.parse(
        await (await admin('GET', '_users/_all_docs')).text(),
      )
      for (const { id, value } of users.rows ?? [])
        if (id.startsWith('org.couchdb.user:kiosk-')) await admin('DELETE', `_users/${id}?rev=${value.rev}`)
    },
  }
}

/**
 * The store of the tests that are about something else: the embedded one, or with `KIOSK_TEST_STORE=couchdb` the CouchDB,
 * emptied.
 */
export async function usualStore(): Promise<StoreChoice> {
  if (!adminUrl || process.env['KIOSK_TEST_STORE'] !== 'couchdb') return embedded.choice
  const couch = couchAt(adminUrl)
  await couch.empty()
  return couch.choice
}

export const stores: TestStore[] = [embedded, ...(adminUrl ? [couchAt(adminUrl)] : [])]
