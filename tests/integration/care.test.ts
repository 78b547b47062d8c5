/** A kiosk with a citizen in it: what is sent to support names nobody, and it becomes new only when nothing would be lost. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCaller } from '../../main/api/router.ts'
import type { Session } from '../../main/api/session.ts'
import { eraseIfDecided } from '../../main/care/erase-data.ts'
import type { Host } from '../../main/host.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import { findInTheClear } from '../journey/find-in-the-clear.ts'
import {
  citizen,
  freshFolder,
  kioskDevices,
  portrait,
  signedCard,
  startKiosk,
  until,
  type CardOnReader,
} from './host-world.ts'

const reader: CardOnReader = { now: { fault: 'card.absent' } }
const pins = { officer: '246810', technician: '864209' }
let folder: Awaited<ReturnType<typeof freshFolder>>
let issuer: RunningIssuer
let host: Host
let code: string
let cut = false
let resets = 0
const session: Session = { id: 'window-1', staff: undefined }
const kiosk = () => createCaller({ session, services: host.services })
const data = () => join(folder.path, 'kiosk')
const stick = () => join(folder.path, 'machine', 'media', 'stick')

const start = () =>
  startKiosk(
    {
      ...{ dataDir: data(), demo: true, commission: { issuerUrl: issuer.url, code } },
      removable: { root: join(folder.path, 'machine') },
    },
    {
      devices: kioskDevices(reader),
      fetch: (input, init) => (cut ? Promise.reject(new TypeError('cut')) : fetch(input, init)),
      onReset: () => (resets += 1),
    },
  )
function valueOf<T>(answer: { ok: true; value: T } | { ok: false; code: string }): T {
  if (!answer.ok) throw new Error(answer.code)
  return answer.value
}
async function signIn(name: string, pin: string): Promise<void> {
  await kiosk().session.signOut()
  valueOf(await kiosk().session.signIn({ name, pin }))
}
const asTechnician = () => signIn('Karma Wangdi', pins.technician)

beforeAll(async () => {
  folder = await freshFolder()
  issuer = await startIssuer({ dataDir: join(folder.path, 'issuer'), port: 0, demo: true })
  code = issuer.commissioningCode('Paro Dzongkhag')
  reader.now = await signedCard(join(folder.path, 'issuer', 'keys', 'signing.jwk.json'))
  mkdirSync(stick(), { recursive: true })
  mkdirSync(join(folder.path, 'machine', 'proc'), { recursive: true })
  writeFileSync(join(folder.path, 'machine', 'proc', 'mounts'), '/dev/sdb1 /media/stick vfat rw 0 0\n')
  host = await start()
  await until('The staff list', async () => ((await kiosk().session.names()).length > 0 ? true : undefined))
})
afterAll(async () => {
  await host?.close()
  await issuer?.close()
  await folder.done()
})

async function enrol(): Promise<string> {
  const { id } = valueOf(await kiosk().enrolment.open())
  valueOf(await kiosk().enrolment.readCard({ id }))
  valueOf(await kiosk().enrolment.savePortrait({ id, jpeg: portrait().toString('base64') }))
  for (const slap of ['left', 'right', 'thumbs'] as const)
    valueOf(await kiosk().enrolment.captureFingers({ id, slap, exceptions: [] }))
  valueOf(await kiosk().enrolment.consent({ id, language: 'dz' }))
  valueOf(await kiosk().enrolment.submit({ id }))
  return id
}
const unsent = () => kiosk().care.unsent()

test('while anything is here and nowhere else, it says what, and stays as it is', async () => {
  cut = true
  await until('The cut', async () => ((await kiosk().status.now()).link === 'up' ? undefined : true))
  await signIn('Pema Dorji', pins.officer)
  await enrol()
  valueOf(await kiosk().enrolment.open())
  await asTechnician()
  expect(await unsent()).toEqual({ requests: 1, approvals: 0, drafts: 1, carriedBytes: 0, setAside: 0 })
  expect(await kiosk().care.reset({ word: 'RESET', pin: pins.technician })).toMatchObject({
    code: 'reset.unsent',
  })
  expect(resets).toBe(0)
})

test('what is saved for support names no citizen, no secret and no folder', async () => {
  const saved = valueOf(await kiosk().care.saveDiagnostics({ medium: 'sdb1' }))
  const [file = ''] = saved.files
  const text = gunzipSync(readFileSync(join(stick(), file))).toString()
  // What it is for is in it.
  expect(JSON.parse(text)).toMatchObject({
    kiosk: { office: 'Paro Dzongkhag' },
    queue: { waiting: 1, byState: { queued: 1 } },
    unsent: { drafts: 1 },
    audit: { whole: true, byEvent: { 'request.submitted': 1 } },
  })
  const secrets = [
    ...Object.values<string>(citizen).filter((one) => one.length > 4),
    ...Object.values(pins),
    ...[
      '$argon2id$',
      'Pema Dorji',
      'Karma Wangdi',
      folder.path,
      readFileSync(join(data(), 'vault.key')).toString('base64'),
    ],
  ]
  // The office is what the support has to know, and a citizen may live there.
  expect(secrets.filter((one) => text.includes(one) && one !== 'Paro')).toEqual([])
})

test('with everything sent it is made new by the word and the PIN, and not by one of them', async () => {
  cut = false
  await signIn('Pema Dorji', pins.officer)
  const [draft] = await kiosk().enrolment.drafts()
  if (!draft) throw new Error('no draft')
  valueOf(await kiosk().enrolment.discard({ id: draft.id }))
  await asTechnician()
  await until('All is sent', async () => ((await unsent()).requests === 0 ? true : undefined))
  expect(await kiosk().care.reset({ word: 'yes', pin: pins.technician })).toMatchObject({
    code: 'reset.word',
  })
  expect(await kiosk().care.reset({ word: 'RESET', pin: '000000' })).toMatchObject({
    code: 'sign-in.wrong-pin',
  })
  expect(resets).toBe(0)
  valueOf(await kiosk().care.reset({ word: 'reset', pin: pins.technician }))
  expect(resets).toBe(1)
})

test('then nothing of anybody is left, and the next start knows no issuer', async () => {
  const key = readFileSync(join(data(), 'vault.key'))
  await host.close()
  expect(await eraseIfDecided(data())).toBe(true)
  expect(readdirSync(data())).toEqual([])
  code = 'used-up'
  host = await start()
  expect(host.services.kiosk).toMatchObject({ id: '', office: '' })
  expect(readFileSync(join(data(), 'vault.key')).equals(key)).toBe(false)
  expect(await findInTheClear(data(), [Buffer.from(citizen.cid)])).toEqual([])
})
