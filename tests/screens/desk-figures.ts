/** What the host says at the desk in the pictures: a crowded day, an empty one, a stick. Names and numbers are made up. */
import { ulid } from 'ulid'
import type { DayReport } from '../../main/api/z-end-of-day.ts'
import type { Draft } from '../../main/api/z-enrolment.ts'
import type { KioskStatus, RequestDetail, RequestRow } from '../../main/api/z-status.ts'
import type { OnStick, StickSurvey, StickTaken, StickWritten } from '../../main/api/z-stick.ts'
import { zRequestId } from '../../sync/z-facts.ts'

const minute = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString()
const idAt = (minutes: number) => zRequestId.parse(ulid(Date.now() - minutes * minute))
const names = [
  'Pema Lhamo Wangchuk',
  'Tshering Dorji',
  'Karma Choden Penjor',
  'Ugyen Tenzin',
  'Dechen Wangmo Namgyel Lhendup',
  'Bal Bahadur Rai',
  'Sangay Zam',
  'Phub Gyeltshen',
  'Kinley Yangzom',
  'Jigme Singye Tobgay',
  'Sonam Deki',
]

/** More open enrolments than the list shows. */
export const manyDrafts = (): Draft[] =>
  names.map((fullName, at) => ({
    ...{ id: idAt(at * 37), opened: ago(at * 37 + 9), changed: ago(at * 37), officer: 'Sonam Choden' },
    ...{ reason: 'new', step: (['form', 'portrait', 'fingers', 'consent'] as const)[at % 4] ?? 'form' },
    ...{ fields: { fullName }, problems: [], card: 'verified', hasPortrait: at % 4 > 1, slaps: [] },
  }))

const row = (minutes: number, state: RequestRow['state'], more: Partial<RequestRow> = {}): RequestRow => ({
  ...{
    id: idAt(minutes),
    kind: 'enrolment',
    created: ago(minutes),
    officer: 'Sonam Choden',
    state,
    bytesToGo: 0,
  },
  ...more,
})
export const troubled = (): RequestRow[] => [
  row(60 * 26, 'rejected', { reason: 'duplicate-request' }),
  row(60 * 5, 'needs-attention', { reason: 'schema-mismatch' }),
]
const some = ['queued', 'uploading', 'received', 'checking', 'ready', 'collected', 'needs-attention'] as const
/** As many as the host lists and no more. */
export const manyRows = (): RequestRow[] =>
  Array.from({ length: 300 }, (_, at) => row(at * 23 + 3, some[at % some.length] ?? 'queued'))

export const detailOf = (found: RequestRow): RequestDetail => ({
  ...found,
  slip: `btkiosk:slip:1:${found.id}:K7`,
  timeline: [
    { at: found.created, state: 'queued', by: 'kiosk' },
    { at: ago(40), state: 'received', by: 'issuer' },
    { at: ago(12), state: 'checking', by: 'issuer' },
  ],
})

export const crowded: Partial<KioskStatus> = {
  ...{ link: 'slow', bytesPerSecond: 2_900, lastContact: ago(1) },
  queue: { waiting: 43, bytesToGo: 61_400_000, oldest: ago(60 * 49), etaSeconds: 21_170 },
}
export const away: Partial<KioskStatus> = {
  ...{ link: 'down', lastContact: ago(60 * 27) },
  queue: { waiting: 12, bytesToGo: 17_900_000, oldest: ago(60 * 27) },
}
export const stopped: Partial<KioskStatus> = {
  ...{ link: 'down', lastContact: ago(60 * 24 * 31) },
  queue: { waiting: 612, bytesToGo: 917_000_000, oldest: ago(60 * 24 * 31) },
  limits: [{ kind: 'contact', level: 'stop', percent: 103, now: 31, stopAt: 30 }],
}

export const fullDay = (day: string): DayReport => ({
  day,
  rows: [
    { kind: 'enrolment', sent: 31, waiting: 9, attention: 2 },
    { kind: 'reissue', sent: 6, waiting: 2, attention: 0 },
    { kind: 'collection', sent: 3, waiting: 1, attention: 0 },
  ],
  approvals: 3,
  drafts: 2,
  unsent: { count: 12, bytes: 17_900_000, oldest: ago(60 * 27) },
  agreement: { missing: 1, unrecorded: 0 },
  earlier: [1, 2, 3, 4].map((days) => ({ at: ago(60 * 24 * days), by: 'Sonam Choden', saved: 30 + days })),
})
export const emptyDay = (day: string): DayReport => ({
  ...{ day, rows: [], approvals: 0, drafts: 0, unsent: { count: 0, bytes: 0 } },
  ...{ agreement: { missing: 0, unrecorded: 0 }, earlier: [] },
})

export const stick = { id: 'sdb1', name: 'KIOSK STICK', freeBytes: 3_100_000_000, readOnly: false }
export const survey: StickSurvey = {
  ...{ requests: 12, bytes: 17_900_000 },
  carried: [
    {
      ...{ id: 'a'.repeat(64), kiosk: 'Lungnyi-2', bytes: 8_000_000, heldBytes: 8_000_000 },
      ...{ sentBytes: 2_400_000, refused: false },
    },
  ],
}
export const writing = { kind: 'step', step: { done: 7_400_000, total: 17_900_000, seconds: 14 } } as const
export const written: StickWritten = {
  ...{ medium: stick.name, requests: 12, bytes: 17_900_000, found: 1_200_000, left: 0, carried: 1 },
}
export const onStick: OnStick[] = [
  {
    name: 'receipts-1',
    kind: 'receipts',
    kiosk: 'Paro-1',
    bytes: 46_000,
    thereBytes: 46_000,
    verdict: 'take',
  },
  {
    name: 'requests-1',
    kind: 'requests',
    kiosk: 'Paro-1',
    bytes: 17_900_000,
    thereBytes: 17_900_000,
    verdict: 'own',
  },
  {
    name: 'requests-2',
    kind: 'requests',
    kiosk: 'Lungnyi-2',
    bytes: 8_000_000,
    thereBytes: 3_000_000,
    verdict: 'take',
  },
  { name: 'requests-3', bytes: 900, thereBytes: 900, verdict: 'signature' },
]
export const taken = (): StickTaken => ({
  medium: stick.name,
  newAnswers: 9,
  news: [
    { id: idAt(60 * 27), before: 'queued', state: 'ready' },
    { id: idAt(60 * 28), before: 'queued', state: 'needs-attention' },
  ],
  carried: [{ kiosk: 'Lungnyi-2', bytes: 8_000_000, whole: true }],
  refused: ['requests-3'],
})
