/** What the rooms read of a master is the newest that the inbox has checked, also while a newer one is on its way in. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { openMasters } from '../../../main/masters/open-masters.ts'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { createInbox } from '../../../sync/inbox.ts'
import { signMaster } from '../../../sync/packet.ts'

const folder = mkdtempSync(join(tmpdir(), 'masters-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('one that has arrived and is not taken in yet does not freeze the one before it', async () => {
  const key = await generateIssuerKey()
  const database = openDurableStore<Record<string, unknown>>(join(folder, randomUUID()))
  const signed = (version: number, office: string) =>
    signMaster(
      {
        ...{ name: 'places', version, issued: '2026-03-01T00:00:00Z' },
        content: { places: [{ value: office, label: { en: office }, gewogs: [] }] },
      },
      key.privateJwk,
    )
  const seen = async () => (await masters.places())?.content.places.map(({ value }) => value)
  await database.put({ ...(await signed(1, 'paro')) })
  const inbox = await createInbox(database, () => key.publicJwk)
  const masters = openMasters(inbox, () => undefined)
  const { _rev } = await database.get('master:places')
  await database.put({ ...(await signed(2, 'gasa')), _rev })
  expect(await seen()).toEqual(['paro'])
  await inbox.refresh()
  expect(await seen()).toEqual(['gasa'])
  await database.close()
})
