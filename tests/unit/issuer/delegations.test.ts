/** What kiosks may hand out: renewed in time, counted, and taken back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { createDelegations } from '../../../sync/issuer/delegations.ts'
import { loadKeys, type IssuerKeys } from '../../../sync/issuer/keys.ts'
import { openRecords } from '../../../sync/issuer/records.ts'
import type { KioskEntry } from '../../../sync/issuer/registry.ts'
import { openRevocations } from '../../../sync/issuer/revocations.ts'

const folder = mkdtempSync(join(tmpdir(), 'delegations-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const day = 86_400_000
let now = Date.parse('2026-03-01T00:00:00Z')
let keys: IssuerKeys
let kiosk: KioskEntry
beforeAll(async () => {
  keys = await loadKeys(folder, { now: () => now })
  const { publicJwk: jwk } = await generateIssuerKey()
  kiosk = { kind: 'kiosk', id: 'kiosk-001', office: 'Gasa', jwk, user: 'kiosk-001', salt: 'x' }
})

const firstOf = (jwt: string) => Number(Object(decodeJwt(jwt)['places'])['first'])

test('one is kept until half of it is used, half of its time is over, or its key is another', async () => {
  const revocations = openRevocations(join(folder, 'revocations'))
  const desk = createDelegations({
    ...{ records: openRecords(join(folder, 'delegations')), keys, revocations, clock: { now: () => now } },
    statusListUrl: () => 'http://127.0.0.1/status/1',
    provisionalListUrl: () => 'http://127.0.0.1/status/provisional',
    policy: { most: 4, days: 10, delegationDays: 40 },
  })
  const first = await desk.current(kiosk)
  expect(await desk.current(kiosk)).toBe(first)
  expect(decodeJwt(first)).toMatchObject({
    office: 'Gasa',
    most: 4,
    days: 10,
    iss: keys.credentials.current().did,
  })

  expect(await desk.handedOut(kiosk.id, { first: firstOf(first), number: 0 }, 'r1')).toBe(true)
  expect(await desk.current(kiosk)).toBe(first)
  expect(await desk.handedOut(kiosk.id, { first: firstOf(first), number: 1 }, 'r2')).toBe(true)
  const second = await desk.current(kiosk)
  expect(firstOf(second)).toBe(firstOf(first) + 4)
  // The kiosk has not heard of it yet, and counts on under the one before.
  expect(await desk.handedOut(kiosk.id, { first: firstOf(first), number: 2 }, 'r3')).toBe(true)
  expect(await desk.handedOut(kiosk.id, { first: firstOf(first), number: 4 }, 'r4')).toBe(false)
  expect(await desk.handedOut(kiosk.id, { first: 999, number: 0 }, 'r4')).toBe(false)
  expect(await desk.handedOut('kiosk-002', { first: firstOf(first), number: 3 }, 'r4')).toBe(false)

  expect([await desk.replaced('r3'), await desk.replaced('r3'), await desk.replaced('r9')]).toEqual([
    true,
    false,
    false,
  ])
  expect(await desk.revoked()).toEqual([firstOf(first) + 2])

  now += 21 * day
  const third = await desk.current(kiosk)
  expect(third).not.toBe(second)
  await keys.credentials.rotate()
  const fourth = await desk.current(kiosk)
  expect(decodeJwt(fourth).iss).toBe(keys.credentials.current().did)
  expect(decodeJwt(fourth).iss).not.toBe(decodeJwt(third).iss)

  await desk.withdraw(kiosk.id)
  expect(await desk.current(kiosk)).toBe(fourth)
  const places = await desk.revoked()
  for (const jwt of [second, third, fourth])
    expect(places).toEqual(expect.arrayContaining([firstOf(jwt), firstOf(jwt) + 3]))
  expect(await revocations.revoked()).toHaveLength(4)
  await revocations.close()
})
