/** The states of link and queue that are shown in pictures, as figures. */
import type { Diary } from '../../main/api/z-link-detail.ts'
import type { KioskStatus } from '../../main/api/z-status.ts'
import type { LinkState } from '../../sync/link.ts'
import type { Staged } from './staged-link.ts'

const hourMs = 3_600_000
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

const none: KioskStatus['queue'] = { waiting: 0, bytesToGo: 0 }
const some: KioskStatus['queue'] = { waiting: 7, bytesToGo: 10_480_000, oldest: ago(49 * hourMs) }
const calm = { limits: [], faults: [], setAside: [], queue: none, lastContact: ago(8_000) }

const away = (link: LinkState, more: Partial<KioskStatus> = {}): Staged => ({
  status: { ...calm, link, queue: some, lastContact: ago(3 * hourMs), ...more },
})
const limit = (
  kind: KioskStatus['limits'][number]['kind'],
  level: KioskStatus['limits'][number]['level'],
  [percent, now, stopAt]: readonly [number, number, number],
) => ({ kind, level, percent, now, stopAt })

/** name of the picture → what the host says */
export const linkStates: Record<string, Staged> = {
  fine: { status: { ...calm, link: 'up', bytesPerSecond: 14_200 } },
  offline: away('down', { lastContact: ago(49 * hourMs) }),
  'no-interface': away('no-interface'),
  portal: away('portal'),
  clock: away('clock', { skewSeconds: -17_280_000 }),
  unauthorised: away('unauthorised'),
  error: away('error'),
  slow: {
    status: {
      ...{ ...calm, link: 'slow', bytesPerSecond: 2_900 },
      queue: { ...some, etaSeconds: 3_614 },
    },
  },
  uploading: {
    status: {
      ...{ ...calm, link: 'up', bytesPerSecond: 14_200 },
      queue: { ...some, etaSeconds: 738 },
    },
  },
  'limit-50': away('down', {
    limits: [limit('contact', '50', [51, 15.4, 30])],
    lastContact: ago(370 * hourMs),
  }),
  'limit-80': away('down', {
    limits: [limit('contact', '80', [82, 24.8, 30])],
    lastContact: ago(595 * hourMs),
  }),
  'limit-95': away('down', {
    limits: [limit('contact', '95', [96, 28.9, 30]), limit('waiting', '50', [58, 580, 1_000])],
    ...{
      lastContact: ago(694 * hourMs),
      queue: { waiting: 580, bytesToGo: 868e6, oldest: ago(694 * hourMs) },
    },
  }),
  'limit-reached': away('down', {
    limits: [limit('contact', 'stop', [103, 31, 30]), limit('waiting', '50', [61, 612, 1_000])],
    ...{
      lastContact: ago(744 * hourMs),
      queue: { waiting: 612, bytesToGo: 917e6, oldest: ago(744 * hourMs) },
    },
  }),
  'disk-low': {
    status: { ...calm, link: 'up', queue: some, limits: [limit('disk', '95', [97, 640, 500])] },
  },
  'set-aside': {
    status: {
      ...{ ...calm, link: 'up' },
      setAside: [
        { kind: 'payload', reason: 'portrait: not what its name says', at: ago(2 * hourMs) },
        { kind: 'document', reason: 'sealed: invalid_type', at: ago(26 * hourMs) },
        { kind: 'database', reason: 'Corruption: 2 missing files', at: ago(30 * hourMs) },
      ],
    },
    detail: {
      setAside: [
        {
          ...{ kind: 'payload', reason: 'portrait: not what its name says', at: ago(2 * hourMs) },
          name: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          place: 'payload-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        },
        {
          ...{ kind: 'document', reason: 'sealed: invalid_type', at: ago(26 * hourMs) },
          ...{ name: 'request:01M87QCB9CJZQSXPJ8GGAX9701', place: 'document-5e2c0f6b7f6d9a3f5a7e' },
        },
        {
          ...{ kind: 'database', reason: 'Corruption: 2 missing files; e.g.: outbox/000005.ldb' },
          ...{ at: ago(30 * hourMs), name: 'outbox', place: 'database-outbox-2026-03-01T090000.000Z' },
        },
      ],
      setAsideFolder: '/var/lib/kiosk/sync/set-aside',
    },
  },
  stalled: {
    status: {
      ...{ ...calm, link: 'up', queue: some, bytesPerSecond: 1_300 },
      faults: [{ lane: 'payloads', code: 'stalled', since: ago(14 * 60_000) }],
    },
    detail: {
      lanes: [
        {
          ...{ lane: 'facts', running: false, owes: false, failures: 0 },
          ...{ lastProgress: ago(40_000), nextSeconds: 12 },
        },
        {
          ...{ lane: 'answers', running: true, owes: true, failures: 0 },
          lastProgress: ago(11_000),
        },
        {
          ...{ lane: 'payloads', running: false, owes: true, failures: 5, lastProgress: ago(14 * 60_000) },
          ...{ nextSeconds: 31, cause: 'Error: stalled' },
        },
      ],
    },
  },
}

/** Two weeks of an office on a bad line, with power from eight to seven. */
export function exampleDiary(): Diary {
  const hours: Diary['hours'] = []
  const bad: (LinkState | undefined)[] = [undefined, 'down', undefined, 'dns', 'portal', undefined, 'slow']
  const today = new Date()
  for (let back = 13; back >= 0; back -= 1) {
    for (let hour = 8; hour < 19; hour += 1) {
      const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back, hour)
      if (back === 6 || at.getTime() > Date.now()) continue
      const trouble = bad[(back * 5 + hour) % bad.length]
      const whole = back === 9 || back === 8 ? 0 : trouble ? ((hour * 7 + back) % 10) / 10 : 1
      const seconds: Diary['hours'][number]['seconds'] = { up: Math.round(3_600 * whole) }
      const without = trouble && trouble !== 'slow' ? trouble : 'down'
      if (whole < 1) seconds[without] = 3_600 - Math.round(3_600 * whole)
      hours.push({
        ...{ hour: at.toISOString(), up: Math.round(2_600_000 * whole), down: Math.round(48_000 * whole) },
        ...{ sent: whole > 0.5 ? (hour + back) % 4 : 0, seconds },
      })
    }
  }
  return { hours, changes: [] }
}
