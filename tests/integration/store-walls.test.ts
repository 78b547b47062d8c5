/**
 * The walls between kiosks, and around facts once written: the same for each store, and for CouchDB through the issuer and
 * at its own address, where nothing of ours stands between.
 */
import { join } from 'node:path'
import PouchDB from 'pouchdb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ulid } from 'ulid'
import { z } from 'zod'
import { moveFromEmbedded } from '../../sync/issuer/store/move-store.ts'
import { syncWorld, type TestKiosk } from './sync-world.ts'
import { stores, type TestStore } from './stores.ts'
import { until } from './host-world.ts'

interface Door {
  name: string
  store: TestStore
  /** before the name of a database */
  at: (world: World) => string
}
type World = Awaited<ReturnType<typeof syncWorld>>

const doors: Door[] = stores.flatMap((store) => [
  { name: `${store.name}, through the issuer`, store, at: (world: World) => `${world.url()}/store` },
  ...(store.direct === undefined
    ? []
    : [{ name: `${store.name}, at its own address`, store, at: () => store.direct ?? '' }]),
])

/** Whichever way a store says no. 412: it is there already, and nothing was made. */
const no = [400, 401, 403, 404, 405, 409, 412]

describe.each(doors)('$name', ({ store, at }) => {
  let world: World
  let a: TestKiosk
  let b: TestKiosk
  beforeAll(async () => {
    await store.empty()
    world = await syncWorld({ store: store.choice })
    a = await world.kiosk()
    b = await world.kiosk()
  })
  afterAll(async () => {
    await world.close()
    await store.empty()
  })

  const ask = (method: string, path: string, of?: TestKiosk, body?: unknown) =>
    fetch(`${at(world)}/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(of && { authorization: of.authorization }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const outbox = (of: TestKiosk) => `kiosk-${of.kiosk}-outbox`
  const inbox = (of: TestKiosk) => `kiosk-${of.kiosk}-inbox`
  const write = async (of: TestKiosk, docs: object[]) => {
    const body = { docs: docs.map((doc) => ({ _rev: '1-a', ...doc })), new_edits: false }
    const answer = await ask('POST', `${outbox(of)}/_bulk_docs`, of, body)
    return { status: answer.status, body: (await answer.json()) as unknown }
  }

  test.each<[string, string]>([
    ['GET', 'outbox'],
    ['GET', 'outbox/_all_docs'],
    ['GET', 'outbox/_changes'],
    ['GET', 'inbox/_all_docs?include_docs=true'],
    ['GET', 'inbox/_local/intake'],
    ['PUT', 'outbox'],
    ['PUT', 'outbox/_local/x'],
    ['DELETE', 'outbox'],
    ['POST', 'outbox/_bulk_docs'],
    ['POST', 'inbox/_bulk_docs'],
    ['POST', 'outbox/_bulk_get'],
    ['POST', 'outbox/_revs_diff'],
  ])('a kiosk may not %s %s of another, nor may nobody', async (method, path) => {
    const body = method === 'GET' ? undefined : { docs: [{ _id: 'x' }] }
    for (const name of [
      `kiosk-${b.kiosk}-${path}`,
      `kiosk-${b.kiosk}%2d${path}`,
      `${outbox(a)}%2f..%2fkiosk-${b.kiosk}-${path}`,
    ])
      expect(no, name).toContain((await ask(method, name, a, body)).status)
    expect([401, 412]).toContain((await ask(method, `kiosk-${b.kiosk}-${path}`, undefined, body)).status)
  })

  test.each([
    '_all_dbs',
    '_users',
    '_users/_all_docs',
    '_users/org.couchdb.user:admin',
    '_dbs_info',
    '_db_updates',
    '_node/_local/_config',
    '_active_tasks',
    'registry',
    'issuer-notes/_all_docs',
    '..%2fregistry',
  ])('a kiosk may not look at %s', async (path) => {
    expect([401, 403, 404, 405]).toContain((await ask('GET', path, a)).status)
  })

  test('a kiosk reads its inbox, and may not write into it, nor change or delete there', async () => {
    const read = async () => (await ask('GET', `${inbox(a)}/_all_docs`, a)).json()
    const before = await read()
    expect(before).toMatchObject({
      rows: expect.arrayContaining([expect.objectContaining({ id: 'master:staff' })]),
    })
    const kept = await ask('GET', `${inbox(a)}/master:staff`, a)
    const masters = z.object({ _rev: z.string() }).parse(await kept.json())
    for (const [method, path, body] of [
      ['POST', '_bulk_docs', { docs: [{ _id: 'master:staff', _rev: masters._rev, jws: 'x' }] }],
      ['POST', '_bulk_docs', { docs: [{ _id: 'master:new', _rev: '1-a' }], new_edits: false }],
      ['PUT', 'master:staff', { _rev: masters._rev }],
      ['PUT', 'receipt:x', {}],
      ['DELETE', `master:staff?rev=${masters._rev}`, undefined],
      ['POST', '_compact', {}],
      ['POST', '_purge', { 'master:staff': [masters._rev] }],
    ] as const) {
      const answer = await ask(method, `${inbox(a)}/${path}`, a, body)
      const said = await answer.text()
      const refused = no.includes(answer.status) || (path === '_bulk_docs' && said.includes('"forbidden"'))
      expect(refused, `${method} ${path}: ${answer.status} ${said}`).toBe(true)
    }
    expect(await read()).toEqual(before)
  })

  test('a fact cannot be changed or deleted, nor is another thing hidden among facts; the good ones are written', async () => {
    const { document } = await world.make(a)
    expect(await write(a, [document])).toMatchObject({ status: 201 })
    const good = { _id: `request:${ulid()}`, kiosk: a.kiosk }
    const foreign = { _id: `request:${ulid()}`, kiosk: b.kiosk }
    const withFile = { _id: `request:${ulid()}`, kiosk: a.kiosk }
    const answer = await write(a, [
      { ...document, office: 'Elsewhere', _rev: '2-b' },
      { ...withFile, _attachments: { x: { content_type: 'text/plain', data: 'aGFsbG8=' } } },
      { _id: '_design/x' },
      { _id: 'other', kiosk: a.kiosk },
      foreign,
      good,
    ])
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: document._id, error: 'forbidden', reason: 'facts are written once' }),
        expect.objectContaining({ id: withFile._id, error: 'forbidden', reason: 'no attachments' }),
        expect.objectContaining({ id: '_design/x', error: 'forbidden' }),
        expect.objectContaining({ id: 'other', error: 'forbidden', reason: 'not a fact' }),
        expect.objectContaining({ id: foreign._id, error: 'forbidden', reason: 'a fact of another kiosk' }),
      ]),
    )
    const deleted = await write(a, [{ _id: document._id, _rev: '2-c', _deleted: true }])
    expect(deleted.body).toEqual([
      expect.objectContaining({ id: document._id, error: 'forbidden', reason: 'no deletes' }),
    ])
    const edited = await ask('POST', `${outbox(a)}/_bulk_docs`, a, { docs: [{ ...document, _rev: '1-a' }] })
    expect(await edited.text()).toContain('"forbidden"')
    for (const method of ['PUT', 'DELETE']) {
      const path = `${outbox(a)}/${document._id}?rev=1-a`
      expect((await ask(method, path, a, method === 'PUT' ? document : undefined)).status).toBe(403)
    }
    const kept = await ask('GET', `${outbox(a)}/${document._id}`, a)
    expect(await kept.json()).toMatchObject({ office: document.office, _rev: '1-a' })
    expect((await ask('GET', `${outbox(a)}/${good._id}`, a)).status).toBe(200)
    for (const gone of ['_design/x', 'other', foreign._id, withFile._id])
      expect((await ask('GET', `${outbox(a)}/${gone}`, a)).status, gone).toBe(404)
  })

  test('no rights, rules or users can be changed, nothing compacted, purged or taken away', async () => {
    const before = await ask('GET', `${outbox(a)}/_all_docs`, a)
    for (const [method, path, body] of [
      ['PUT', `${outbox(a)}/_security`, { members: { names: [], roles: [] } }],
      ['PUT', `${outbox(a)}/_design/x`, { validate_doc_update: 'function () {}' }],
      ['DELETE', `${outbox(a)}/_design/rules?rev=1-a`, undefined],
      ['POST', `${outbox(a)}/_compact`, {}],
      ['POST', `${outbox(a)}/_purge`, { x: ['1-a'] }],
      ['PUT', `${outbox(a)}/_revs_limit`, '1'],
      ['POST', `${outbox(a)}/_index`, { index: { fields: ['kiosk'] } }],
      ['DELETE', outbox(a), undefined],
      ['PUT', 'kiosk-kiosk-999-outbox', undefined],
      [
        'PUT',
        '_users/org.couchdb.user:kiosk-999',
        { name: 'kiosk-999', password: 'x', roles: ['_admin'], type: 'user' },
      ],
      ['POST', '_replicate', { source: outbox(b), target: outbox(a) }],
    ] as const) {
      const { status } = await ask(method, path, a, body)
      // CouchDB answers 500 where a member sets `_security` or `_index`; nothing comes of it.
      expect(status, `${method} ${path}`).toBeGreaterThanOrEqual(400)
    }
    expect((await ask('GET', outbox(a), b)).status).toBe(403)
    expect(await (await ask('GET', `${outbox(a)}/_all_docs`, a)).json()).toEqual(await before.json())
    expect((await ask('GET', `${outbox(a)}/_design/x`, a)).status).toBe(404)
  })

  test('what is refused is told as PouchDB tells it, and the rest goes on', async () => {
    const local = new PouchDB<Record<string, unknown>>(`${world.folder}/replicated-${ulid()}`)
    const good = [1, 2, 3].map(() => `request:${ulid()}`)
    const bad = `request:${ulid()}`
    for (const _id of [...good, bad]) await local.put({ _id, kiosk: _id === bad ? b.kiosk : a.kiosk })
    const target = new PouchDB<Record<string, unknown>>(`${at(world)}/${outbox(a)}`, {
      skip_setup: true,
      auth: { username: a.user, password: a.password },
    })
    const denied: unknown[] = []
    const run = async () => {
      const replication = local.replicate.to(target, { retry: false })
      replication.on('denied', (problem) => denied.push(problem))
      return replication
    }
    expect(await run()).toMatchObject({ docs_written: 3, doc_write_failures: 1 })
    expect(JSON.stringify(denied)).toContain('a fact of another kiosk')
    // Its place is kept, past the one that was refused.
    expect(await run()).toMatchObject({ docs_read: 0 })
    for (const id of good) expect((await ask('GET', `${outbox(a)}/${id}`, a)).status).toBe(200)
    expect((await ask('GET', `${outbox(a)}/${bad}`, a)).status).toBe(404)
    await Promise.all([local.close(), target.close()])
  })

  test('a kiosk cannot move the place up to which the issuer has read', async () => {
    await ask('PUT', `${outbox(a)}/_local/intake`, a, { seq: 99_999 })
    await ask('PUT', `${outbox(a)}/_local/seen-${a.kiosk}`, a, { seq: 99_999 })
    const made = await world.make(a, { cid: '11111111111' })
    expect(await write(a, [made.document])).toMatchObject({ status: 201 })
    for (const blob of made.blobs) await world.upload(a, blob)
    expect(await world.ended(a, made.document._id.slice(8))).toEqual(['received', 'checking', 'ready'])
  })

  test('a kiosk of yesterday is still let in after a restart of the issuer, and its new facts are heard', async () => {
    await world.restart()
    const made = await world.make(a, { cid: '11111111112' })
    await write(a, [made.document])
    for (const blob of made.blobs) await world.upload(a, blob)
    expect(await world.ended(a, made.document._id.slice(8))).toEqual(['received', 'checking', 'ready'])
  })

  if (store.admin) {
    const { admin } = store
    test('a kiosk that the server has lost is made anew when it comes', async () => {
      const path = `_users/org.couchdb.user:${a.user}`
      const user = (await (await admin('GET', path)).json()) as { _rev: string }
      expect((await admin('DELETE', `${path}?rev=${user._rev}`)).status).toBe(200)
      const directly = async () =>
        (await fetch(`${store.direct}/${outbox(a)}`, { headers: { authorization: a.authorization } })).status
      // CouchDB remembers for a moment who signed in.
      await until('The loss', async () => ((await directly()) === 401 ? true : undefined))
      const through = () =>
        fetch(`${world.url()}/store/${outbox(a)}`, { headers: { authorization: a.authorization } })
      await until('The kiosk', async () => ((await through()).status === 200 ? true : undefined))
      expect(await directly()).toBe(200)
    })

    test('a second sibling of a fact changes nothing of what was decided', async () => {
      const made = await world.make(a, { cid: '11111111113' })
      const id = await world.send(a, made)
      const ended = await world.ended(a, id)
      await write(a, [{ ...made.document, office: 'Elsewhere', _rev: '1-ffff' }])
      const next = await world.send(a, await world.make(a, { cid: '11111111114' }))
      await world.ended(a, next)
      expect((await world.receipts(a, id)).map(({ state }) => state)).toEqual(ended)
    })

    test('what kiosks and issuer said to each other moves here from the embedded store, and goes on', async () => {
      const old = await syncWorld({ store: { kind: 'embedded' } })
      const moved = await old.kiosk()
      const made = await old.make(moved, { cid: '11111111115' })
      const id = await old.send(moved, made)
      await old.ended(moved, id)
      const before = await old.receipts(moved, id)
      await old.state.issuer.close()
      await world.state.issuer.close()
      await store.empty()
      const dataDir = join(old.folder, 'issuer')
      const said = await moveFromEmbedded(dataDir, store.choice, () => undefined)
      expect(said).toEqual([{ kiosk: moved.kiosk, ok: true, documents: expect.any(Number) }])
      expect(await moveFromEmbedded(dataDir, store.choice, () => undefined)).toMatchObject([{ documents: 0 }])
      await old.restart(0, store.choice)
      // Its user is made when it comes.
      const inbox = `/store/kiosk-${moved.kiosk}-inbox`
      const headers = { authorization: moved.authorization }
      await until('The kiosk', async () =>
        (await fetch(`${old.url()}${inbox}`, { headers })).ok ? true : undefined,
      )
      expect(await old.receipts(moved, id)).toEqual(before)
      const next = await old.send(moved, await old.make(moved, { cid: '11111111116' }))
      expect(await old.ended(moved, next)).toEqual(['received', 'checking', 'ready'])
      expect(await old.receipts(moved, id)).toEqual(before)
      await old.close()
      await store.empty()
      await world.restart()
    })
  }
})
