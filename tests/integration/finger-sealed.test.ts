/** A finger that an authentication scanner seals to the issuer: through the kiosk, over the wire, opened there and nowhere else. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createCaller } from '../../main/api/router.ts'
import type { Session } from '../../main/api/session.ts'
import type { Host } from '../../main/host.ts'
import { loadFingerKey, type FingerKey } from '../../sync/issuer/finger/auth-key.ts'
import { openFinger, type SealedFinger } from '../../sync/issuer/finger/open-finger.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import {
  freshFolder,
  kioskDevices,
  portrait,
  signedCard,
  startKiosk,
  until,
  type CardOnReader,
} from './host-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const zTrust = z.object({ root: z.string(), ftmRoot: z.string(), revoked: z.array(z.string()) })
const zSent = z.object({
  finger: z.object({
    ...{ finger: z.string(), record: z.string(), hash: z.string() },
    ...{ sessionKey: z.string(), thumbprint: z.string() },
  }),
})
const session: Session = { id: 'window-1', staff: undefined }
const reader: CardOnReader = { now: { fault: 'card.absent' } }
let folder: Awaited<ReturnType<typeof freshFolder>>
let simulator: Simulator
let issuer: RunningIssuer
let host: Host
let key: FingerKey
let root = ''
/** what went to the issuer with each question for an offer */
const sent: unknown[] = []
/** stands in for the next question, as somebody on the way would */
let instead: SealedFinger | undefined
const kiosk = () => createCaller({ session, services: host.services })

const spied: typeof fetch = (input, init) => {
  const isOffer = String(input instanceof Request ? input.url : input).endsWith('/kiosk/offers')
  if (!isOffer || typeof init?.body !== 'string') return fetch(input, init)
  const body: unknown = JSON.parse(init.body)
  sent.push(body)
  const changed = instead ? JSON.stringify({ ...z.looseObject({}).parse(body), finger: instead }) : init.body
  return fetch(input, { ...init, body: changed })
}

function valueOf<T>(answer: { ok: true; value: T } | { ok: false; code: string }): T {
  if (!answer.ok) throw new Error(answer.code)
  return answer.value
}

beforeAll(async () => {
  folder = await freshFolder()
  const issuerFolder = join(folder.path, 'issuer')
  key = await loadFingerKey(issuerFolder)
  const range = ['--from', '4601', '--to', '4605', '--device', 'purpose=Auth']
  const certificate = join(issuerFolder, 'keys', 'finger-auth.pem')
  simulator = await startSimulator('sbi', [...range, '--auth-certificate', certificate])
  const trust = zTrust.parse(simulator.ready)
  root = trust.root
  issuer = await startIssuer({
    ...{ dataDir: issuerFolder, port: 0, demo: true },
    scanners: { roots: [trust.root], ftmRoots: [trust.ftmRoot], revoked: trust.revoked },
  })
  reader.now = await signedCard(join(issuerFolder, 'keys', 'signing.jwk.json'))
  host = await startKiosk(
    {
      dataDir: join(folder.path, 'kiosk'),
      commission: { issuerUrl: issuer.url, code: issuer.commissioningCode('Paro') },
      // No certificate stands here: the kiosk has them from the issuer's signed list.
      sbi: { portFrom: 4601, portTo: 4605 },
      fingerCheck: { scanner: 'sbi', pressTimeoutMs: 2_000 },
    },
    { devices: kioskDevices(reader), fetch: spied },
  )
  await enrol()
})
afterAll(async () => {
  await host?.close()
  await issuer?.close()
  await simulator?.stop()
  await folder.done()
})

async function enrol(): Promise<void> {
  await until('the staff list', async () => ((await kiosk().session.names()).length > 0 ? true : undefined))
  valueOf(await kiosk().session.signIn({ name: 'Pema Dorji', pin: '246810' }))
  const { id } = valueOf(await kiosk().enrolment.open())
  valueOf(await kiosk().enrolment.readCard({ id }))
  valueOf(await kiosk().enrolment.savePortrait({ id, jpeg: portrait().toString('base64') }))
  for (const slap of ['left', 'right', 'thumbs'] as const)
    valueOf(await kiosk().enrolment.captureFingers({ id, slap, exceptions: [] }))
  valueOf(await kiosk().enrolment.consent({ id, language: 'ne' }))
  valueOf(await kiosk().enrolment.submit({ id }))
  await until('the request being ready', async () =>
    (await kiosk().requests.list()).some(({ state }) => state === 'ready') ? true : undefined,
  )
  await until('the scanner', async () =>
    host.services.devices.list().some(({ kind, state }) => kind === 'finger-verifier' && state === 'ready')
      ? true
      : undefined,
  )
}

/** A citizen comes, identifies, and puts a finger on the scanner. */
async function visit(): Promise<{ handle: string; last: unknown }> {
  const { handle, check } = valueOf(await kiosk().citizen.identifyByCard())
  expect(check).toEqual({ state: 'sealed' })
  let last: unknown
  for await (const step of host.services.reissue.checkFinger(session, handle, AbortSignal.timeout(8_000)))
    last = step
  return { handle, last }
}
const judge = () => ({
  ...{ privateKey: key.privateKey, thumbprint: key.thumbprint, roots: [root], revoked: [] },
  ...{ domainUri: 'urn:btkiosk:finger-authentication', now: Date.now() },
})

test('goes with the question for an offer; only the issuer opens it, and nothing of it stays at the kiosk', async () => {
  const { handle, last } = await visit()
  expect(last).toEqual({ kind: 'match' })
  expect(await kiosk().citizen.offer({ handle })).toMatchObject({ ok: true })
  const { finger } = zSent.parse(sent.at(-1))
  const opened = (await openFinger(finger, judge()))._unsafeUnwrap()
  expect(opened.subarray(0, 3).toString('latin1')).toBe('FIR')
  const kept = readdirSync(join(folder.path, 'kiosk'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
  expect(kept.length).toBeGreaterThan(5)
  expect(kept.some((bytes) => bytes.includes(finger.sessionKey.slice(0, 60)))).toBe(false)
  // Whatever is changed on the way, or comes from elsewhere, does not open.
  const other = await openFinger(
    { ...finger, sessionKey: Buffer.alloc(256, 1).toString('base64url') },
    judge(),
  )
  expect(other._unsafeUnwrapErr()).toBe('not-opened')
  const dot = finger.record.lastIndexOf('.')
  const forged = `${finger.record.slice(0, dot + 20)}AAAA${finger.record.slice(dot + 24)}`
  for (const [changed, told] of [
    [{ record: forged }, 'bad-signature'],
    [{ record: 'no.jws.at-all' }, 'untrusted'],
    [{ thumbprint: 'A'.repeat(64) }, 'not-for-us'],
  ] as const)
    expect((await openFinger({ ...finger, ...changed }, judge()))._unsafeUnwrapErr()).toBe(told)
  const late = await openFinger(finger, { ...judge(), now: Date.now() + 16 * 60_000 })
  expect(late._unsafeUnwrapErr()).toBe('too-old')
  expect((await openFinger(finger, { ...judge(), roots: [] }))._unsafeUnwrapErr()).toBe('untrusted')
})

test('an old finger that is played again gives no offer, and the citizen is asked once more', async () => {
  instead = zSent.parse(sent.at(-1)).finger
  const { handle } = await visit()
  expect(await kiosk().citizen.offer({ handle })).toMatchObject({ code: 'verification.refused' })
  instead = undefined
  expect(await kiosk().citizen.offer({ handle })).toMatchObject({ code: 'verification.required' })
})

test('without a finger nothing is asked of the issuer', async () => {
  await simulator.post('/finger', { present: false })
  const { handle, last } = await visit()
  expect(last).toMatchObject({ kind: 'failed', code: 'finger.none-seen' })
  const before = sent.length
  expect(await kiosk().citizen.offer({ handle })).toMatchObject({ code: 'verification.required' })
  expect(sent).toHaveLength(before)
})
