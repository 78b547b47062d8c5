/** The diary of the link: by the hour, bounded, over restarts, and a damaged file loses nothing but itself. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countedFetch } from '../../../sync/counted-fetch.ts'
import { LinkDiary, mostChanges, mostHours } from '../../../sync/link-diary.ts'
import type { LinkState } from '../../../sync/link.ts'

const minute = 60_000
const hour = 60 * minute
let folder = ''
let path = ''
let now = { wall: 0, steady: 0 }
const problems: string[] = []
const opened: LinkDiary[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-diary-'))
  path = join(folder, 'link-diary.jsonl')
  now = { wall: Date.parse('2026-03-01T09:30:00Z'), steady: 0 }
  problems.length = 0
})
afterEach(async () => {
  for (const diary of opened.splice(0)) await diary.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<LinkDiary> {
  const diary = await LinkDiary.open({
    ...{ path, clock: { now: () => now.wall }, steady: () => now.steady },
    onProblem: (event) => problems.push(event),
  })
  opened.push(diary)
  return diary
}
function pass(diary: LinkDiary, ms: number): void {
  for (let left = ms; left > 0; left -= minute) {
    const step = Math.min(left, minute)
    now.wall += step
    now.steady += step
    diary.tick()
  }
}

test('each hour says how long the link was in which state, what went, and how many requests', async () => {
  const diary = await open()
  diary.link('up')
  pass(diary, 20 * minute)
  diary.carried(1_000_000, 2_000)
  diary.sent()
  diary.link('portal')
  pass(diary, 40 * minute)
  expect(diary.hours()).toEqual([
    {
      hour: '2026-03-01T09:00:00.000Z',
      ...{ up: 1_000_000, down: 2_000, sent: 1, seconds: { up: 1_200, portal: 540 } },
    },
    { hour: '2026-03-01T10:00:00.000Z', up: 0, down: 0, sent: 0, seconds: { portal: 1_860 } },
  ])
  expect(diary.changes()).toEqual([
    { at: '2026-03-01T09:30:00.000Z', link: 'up' },
    { at: '2026-03-01T09:50:00.000Z', link: 'portal' },
  ])
})

test('goes on after a restart in the hour where it stopped; after a pulled plug all but some minutes is there', async () => {
  const diary = await open()
  diary.link('up')
  diary.carried(500, 5)
  pass(diary, 12 * minute)
  diary.carried(70, 7)
  await diary.settled()
  // Nobody closes it.
  const after = await open()
  expect(after.hours()[0]).toMatchObject({ up: 500, down: 5 })
  expect(after.hours()[0]?.seconds.up).toBeGreaterThanOrEqual(7 * 60)
  await diary.close()
  const again = await open()
  again.link('down')
  pass(again, 3 * minute)
  expect(again.hours()).toMatchObject([{ up: 570, down: 12, seconds: { up: 720, down: 180 } }])
})

test('time that the kiosk slept is not counted, for nobody knows how the link was', async () => {
  const diary = await open()
  diary.link('up')
  pass(diary, 2 * minute)
  now.steady += 6 * hour
  now.wall += 6 * hour
  diary.tick()
  pass(diary, minute)
  const seconds = diary.hours().reduce((sum, { seconds: { up = 0 } }) => sum + up, 0)
  expect(seconds).toBe(180)
})

test('fifty days on a bad line are 35 in the file, and a clock turned back or forward 200 days empties nothing', async () => {
  const diary = await open()
  const states: LinkState[] = ['up', 'down', 'slow']
  for (let n = 0; n < 50 * 24; n += 1) {
    for (let change = 0; change < 3; change += 1) {
      diary.link(states[(n + change) % 3] ?? 'up')
      now.wall += 20 * minute
      now.steady += 2 * minute
      diary.tick()
    }
    if (n % 20 === 0) await diary.write()
  }
  expect(diary.hours().length).toBeLessThanOrEqual(mostHours)
  expect(diary.changes().length).toBeLessThanOrEqual(mostChanges)
  await diary.close()
  expect(statSync(path).size).toBeLessThan(1_000_000)
  const before = (await open()).hours().length
  for (const days of [200, -400]) {
    now.wall += days * 24 * hour
    const again = await open()
    again.link('up')
    pass(again, 5 * minute)
    expect(again.hours().length).toBeGreaterThanOrEqual(before - 2)
    await again.close()
  }
})

test('a torn line loses itself, a file of anything is an empty diary, and both are written on', async () => {
  const diary = await open()
  diary.link('up')
  diary.carried(10, 1)
  await diary.close()
  appendFileSync(path, '{"hour":"2026-03-01T09:00:00.000Z","up":99,"do')
  expect((await open()).hours()).toMatchObject([{ up: 10, down: 1 }])
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      writeFileSync(path, bytes)
      const other = await open()
      expect(other.hours()).toEqual([])
      other.carried(1, 1)
      await other.close()
    }),
    { numRuns: 30 },
  )
  const good = '{"hour":"2026-03-01T09:00:00.000Z","up":3,"down":0,"sent":0,"seconds":{}}'
  writeFileSync(
    path,
    ['[]', 'null', good, good.replace('3', '-3'), good.replace('09:00', '25:00')].join('\n'),
  )
  expect((await open()).hours()).toMatchObject([{ up: 3 }])
  expect(problems).toEqual([])
})

test('a disk that takes nothing is told, and the diary goes on in memory', async () => {
  const diary = await open()
  rmSync(folder, { recursive: true })
  diary.carried(5, 5)
  await diary.write()
  expect(problems).toEqual(['link diary not written'])
  expect(diary.hours()).toMatchObject([{ up: 5 }])
})

test('holds figures and causes, and nothing else', async () => {
  const diary = await open()
  diary.link('tls')
  diary.sent()
  await diary.close()
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const keys = Object.keys(JSON.parse(line) as object).toSorted()
    expect([['at', 'link'].join(), ['down', 'hour', 'seconds', 'sent', 'up'].join()]).toContain(keys.join())
  }
})

test('what is fetched is counted, and comes as it was', async () => {
  const seen = { up: 0, down: 0 }
  const answers = [
    new Response('x'.repeat(5_000), { status: 201, headers: { 'x-told': 'yes' } }),
    new Response('no', { status: 404 }),
    new Response(null, { status: 204 }),
  ]
  const counted = countedFetch(
    async () => answers.shift() ?? Response.error(),
    (up, down) => {
      seen.up += up
      seen.down += down
    },
  )
  const answer = await counted('http://issuer/x', { method: 'POST', body: 'རྫོང་ཁ' })
  expect([answer.status, answer.headers.get('x-told'), (await answer.text()).length]).toEqual([
    201,
    'yes',
    5_000,
  ])
  expect(seen).toEqual({ up: Buffer.byteLength('རྫོང་ཁ'), down: 5_000 })
  expect(await (await counted('http://issuer/y')).text()).toBe('no')
  expect((await counted('http://issuer/z')).status).toBe(204)
  expect(seen.down).toBe(5_000)
})
