/** Every procedure of the contract, with every role: allowed or refused as its meta says, and bad input is refused as such. */
import { TRPCError } from '@trpc/server'
import { ok } from 'neverthrow'
import { ulid } from 'ulid'
import { describe, expect, test } from 'vitest'
import { appRouter, createCaller } from '../../../main/api/router.ts'
import { mayUse, type Role, type Session, type StaffRole } from '../../../main/api/session.ts'
import type { Services } from '../../../main/api/services.ts'

const id = ulid()
/** An input that each procedure accepts; `undefined` for those that take none. */
const goodInput: Record<string, unknown> = {
  'calls.stop': { call: 1 },
  'session.state': undefined,
  'session.names': undefined,
  'session.signIn': { name: 'Pema Dorji', pin: '246810' },
  'session.signOut': undefined,
  'status.now': undefined,
  'status.watch': undefined,
  'status.syncNow': undefined,
  'status.detail': undefined,
  'status.diary': undefined,
  'enrolment.form': undefined,
  'enrolment.open': undefined,
  'enrolment.drafts': undefined,
  'enrolment.get': { id },
  'enrolment.saveFields': { id, fields: { fullName: 'x' } },
  'enrolment.goTo': { id, step: 'form' },
  'enrolment.readCard': { id },
  'enrolment.readTravelDocument': { id, key: { can: '123456' } },
  'enrolment.recogniseCard': undefined,
  'enrolment.documentPortrait': { id },
  'enrolment.skipCard': { id },
  'enrolment.savePortrait': { id, jpeg: 'AAAA' },
  'enrolment.portrait': { id },
  'enrolment.captureFingers': { id, slap: 'left', exceptions: [] },
  'enrolment.fingerFrames': { slap: 'left' },
  'enrolment.makeCheckTemplate': { id, finger: 'Right IndexFinger' },
  'enrolment.dropCheckTemplate': { id },
  'enrolment.consent': { id, language: 'dz' },
  'enrolment.submit': { id },
  'enrolment.discard': { id },
  'approval.list': undefined,
  'approval.draft': { id },
  'approval.compare': { id },
  'approval.approve': { id, pin: '135791' },
  'approval.sendBack': { id, reason: 'details' },
  'endOfDay.report': undefined,
  'endOfDay.close': undefined,
  'requests.today': undefined,
  'requests.list': undefined,
  'requests.find': { query: 'x' },
  'requests.detail': { id },
  'requests.slip': { id },
  'requests.printSlip': {
    id,
    words: { title: 'x', office: 'x', when: 'x', created: 'x', officer: 'x', by: 'x', keep: 'x' },
  },
  'requests.offerAgain': { id },
  'requests.media': undefined,
  'requests.saveSlip': {
    id,
    words: { title: 'x', office: 'x', when: 'x', created: 'x', officer: 'x', by: 'x', keep: 'x' },
    medium: 'sdb1',
  },
  'citizen.identifyByCard': undefined,
  'citizen.identifyBySlip': { text: 'x' },
  'citizen.checkFinger': { handle: 'x' },
  'citizen.callOfficer': { handle: 'x' },
  'citizen.vouch': { handle: 'x', name: 'Pema Dorji', pin: '246810' },
  'citizen.offer': { handle: 'x' },
  'citizen.offerState': { offer: 'x' },
  'citizen.pair': { handle: 'x', purpose: 'reissue' },
  'citizen.paired': { handle: 'x', pairing: 'x', answer: 'x' },
  'citizen.queueReissue': { handle: 'x', pairing: 'x', reason: 'lost', language: 'en' },
  'citizen.handOver': { handle: 'x', pairing: 'x', what: 'credential' },
  'citizen.received': { handle: 'x', transfer: 'x', answer: 'x' },
  'citizen.showCard': undefined,
  'citizen.requestPresentation': { purpose: 'prove-adult' },
  'citizen.collectPresentation': { id: 'x' },
  'citizen.verifyPresentation': { id: 'x', answer: 'x' },
  'citizen.end': undefined,
  'devices.list': undefined,
  'devices.identify': { kind: 'code-scanner' },
  'devices.scannedCodes': undefined,
  'devices.reportCamera': { state: 'ready', name: 'x' },
  'devices.cameraChoices': undefined,
  'devices.chooseCamera': { role: 'portrait', camera: { deviceId: 'x', label: 'x' } },
  'devices.test': { kind: 'card-reader' },
  'devices.fingerFrames': undefined,
  'report.cameraTested': { width: 1280, height: 720 },
  'report.media': undefined,
  'report.save': { medium: 'sdb1', words: { 'kind.camera': 'Camera' } },
  'care.log': undefined,
  'care.unsent': undefined,
  'care.saveDiagnostics': { medium: 'sdb1' },
  'care.reset': { word: 'RESET', pin: '864209' },
  'voice.list': undefined,
  'voice.audio': { key: 'citizen.choose.title', language: 'dz' },
  'voice.keep': { key: 'citizen.choose.title', language: 'dz', base64: 'AAAA' },
  'voice.remove': { key: 'citizen.choose.title', language: 'dz' },
  'trust.list': undefined,
  'trust.check': undefined,
  'sticks.media': undefined,
  'sticks.survey': { what: { what: 'unsent' } },
  'sticks.write': { medium: 'sdb1', what: { what: 'unsent' }, passOn: true },
  'sticks.look': { medium: 'sdb1' },
  'sticks.take': { medium: 'sdb1' },
  'devices.setRole': { id: 'card-reader:1', role: 'citizen' },
}

/** What each procedure is for, written down a second time: a change of a role must be made in two places. */
const roleOf = (path: string): Role => {
  if (path === 'status.syncNow') return 'officer'
  if (/^devices\.(reportCamera|scannedCodes|cameraChoices)$/.test(path)) return 'citizen'
  if (path.startsWith('approval.')) return 'supervisor'
  if (/^(enrolment|requests|endOfDay|sticks)\./.test(path)) return 'officer'
  if (/^voice\.(keep|remove)$/.test(path)) return 'technician'
  return /^(devices|report|trust|care)\.|^status\.(detail|diary)$/.test(path) ? 'technician' : 'citizen'
}

/** Flat at run time, whatever its type says. */
const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: { meta?: { role?: Role } } }
>
const paths = Object.keys(procedures)
const roles: (StaffRole | 'nobody')[] = ['nobody', 'officer', 'supervisor', 'technician']

const staffFor = (role: StaffRole | 'nobody'): Session => ({
  id: 'window',
  staff: role === 'nobody' ? undefined : { id: `${role}-1`, name: role, role },
})

/** Every service answers every call, and says that it was reached. */
function services(reached: string[]): Services {
  const service = (name: string) =>
    new Proxy(
      {},
      {
        get: (_target, method) => (method === 'then' ? undefined : answer(`${name}.${String(method)}`)),
      },
    )
  const answer = (called: string) => () => {
    reached.push(called)
    const result = ok({})
    // A promise for most, an empty stream for those that are watched.
    return Object.assign(Promise.resolve(result), { [Symbol.asyncIterator]: async function* () {} })
  }
  return new Proxy({} as Services, { get: (_target, name) => service(String(name)) })
}

async function call(path: string, input: unknown, role: StaffRole | 'nobody') {
  const reached: string[] = []
  const caller: unknown = createCaller({ session: staffFor(role), services: services(reached) })
  const procedure = path
    .split('.')
    .reduce((at: unknown, name) => (at as Record<string, unknown>)[name], caller)
  let code = 'ok'
  try {
    const result: unknown = await (procedure as (given: unknown) => Promise<unknown>)(input)
    const stream = result as Partial<AsyncIterable<unknown>> | undefined
    if (stream?.[Symbol.asyncIterator]) for await (const _ of stream as AsyncIterable<unknown>) continue
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    code = error.code
  }
  return { code, reached }
}

test('the table below has every procedure of the router, and each names its role', () => {
  expect(Object.keys(goodInput).toSorted()).toEqual(paths.toSorted())
  for (const path of paths) {
    const meta = procedures[path]?._def.meta
    expect(meta?.role, path).toBe(roleOf(path))
  }
})

describe.each(roles)('as %s', (role) => {
  test.each(paths)('%s', async (path) => {
    const allowed = mayUse(roleOf(path), staffFor(role).staff)
    const { code, reached } = await call(path, goodInput[path], role)
    if (allowed) expect(code).toBe('ok')
    else {
      expect(code).toBe(role === 'nobody' ? 'UNAUTHORIZED' : 'FORBIDDEN')
      expect(reached).toEqual([])
    }
  })
})

describe('bad input', () => {
  const withInput = paths.filter((path) => goodInput[path] !== undefined)
  const right = (path: string) => roles.find((role) => mayUse(roleOf(path), staffFor(role).staff)) ?? 'nobody'
  const bad: [string, unknown][] = [
    ['nothing', undefined],
    ['a number', 7],
    ['an empty object', {}],
    ['a list', []],
    ['a string', 'x'],
  ]
  test.each(withInput.flatMap((path) => bad.map(([name, input]) => [path, name, input] as const)))(
    '%s refuses %s',
    async (path, _name, input) => {
      expect(await call(path, input, right(path))).toEqual({ code: 'BAD_REQUEST', reached: [] })
    },
  )

  test.each([
    ['calls.stop', { call: -1 }],
    ['calls.stop', { call: '1' }],
    ['enrolment.get', { id: '../../etc/passwd' }],
    ['enrolment.get', { id: id.toLowerCase() }],
    ['enrolment.get', { id: [id] }],
    ['enrolment.open', { reason: 'because' }],
    ['enrolment.saveFields', { id, fields: { x: 1 } }],
    ['enrolment.saveFields', { id, fields: { ['x'.repeat(61)]: 'y' } }],
    ['enrolment.saveFields', { id, fields: { x: 'y'.repeat(401) } }],
    ['enrolment.goTo', { id, step: 'done' }],
    ['enrolment.savePortrait', { id, jpeg: 'not base64!' }],
    ['enrolment.savePortrait', { id, jpeg: 'AAAA'.repeat(700_001) }],
    ['enrolment.captureFingers', { id, slap: 'feet', exceptions: [] }],
    [
      'enrolment.captureFingers',
      { id, slap: 'left', exceptions: [{ finger: 'Left Toe', reason: 'missing' }] },
    ],
    [
      'enrolment.captureFingers',
      { id, slap: 'left', exceptions: [{ finger: 'Left Thumb', reason: 'lazy' }] },
    ],
    [
      'enrolment.captureFingers',
      { id, slap: 'left', exceptions: Array(5).fill({ finger: 'Left Thumb', reason: 'worn' }) },
    ],
    ['enrolment.consent', { id, language: 'fr' }],
    ['requests.find', { query: 'x'.repeat(201) }],
    [
      'requests.printSlip',
      {
        id,
        words: {
          title: 'x'.repeat(301),
          office: 'x',
          when: 'x',
          created: 'x',
          officer: 'x',
          by: 'x',
          keep: 'x',
        },
      },
    ],
    ['requests.printSlip', { id, words: { title: 'x' } }],
    ['citizen.identifyBySlip', { text: '' }],
    ['citizen.identifyBySlip', { text: 'x'.repeat(6_001) }],
    ['citizen.requestPresentation', { purpose: 'everything' }],
    ['session.signIn', { name: 'x'.repeat(61), pin: '1' }],
    ['session.signIn', { name: 'x', pin: '' }],
    ['devices.test', { kind: 'printer' }],
    ['report.cameraTested', { width: 0, height: 720 }],
    ['sticks.look', { medium: '../etc' }],
    ['sticks.take', { medium: '/dev/sdb1' }],
    ['sticks.write', { medium: 'sdb1', what: { what: 'everything' }, passOn: true }],
    ['sticks.write', { medium: 'sdb1', what: { what: 'requests', ids: ['../x'] }, passOn: true }],
    ['sticks.survey', { what: { what: 'between', from: 'yesterday', to: 'today' } }],
    ['report.save', { medium: '../etc', words: {} }],
    ['report.save', { medium: '/dev/sdb1', words: {} }],
    ['report.save', { medium: 'sdb1', words: { 'a b': 'x' } }],
    ['report.save', { medium: 'sdb1', words: { a: 'x'.repeat(801) } }],
    ['devices.test', { kind: 'card-reader', id: '' }],
    ['devices.setRole', { id: 'card-reader:1', role: 'supervisor' }],
    ['devices.setRole', { id: 'x'.repeat(401), role: 'both' }],
    ['devices.reportCamera', { state: 'ready', name: 'x'.repeat(121) }],
    ['devices.reportCamera', { state: 'ready', name: ' ' }],
    ['devices.reportCamera', { state: 'ready', name: 'x', kind: 'card-reader' }],
    ['devices.reportCamera', { state: 'absent', cause: 'card.no-reader' }],
    ['devices.reportCamera', { state: 'needs-attention', name: 'x', cause: 'finger.tamper' }],
    ['devices.reportCamera', { state: 'starting' }],
  ])('%s refuses %j', async (path, input) => {
    expect(await call(path, input, right(path))).toEqual({ code: 'BAD_REQUEST', reached: [] })
  })
})
