/** The link's diary by the days of this kiosk's own time zone. */
import { expect, test } from 'vitest'
import { diaryDays } from '../../../renderer/technician/link/diary-days.ts'
import type { Diary } from '../../../main/api/z-link-detail.ts'

const at = (day: number, hour: number) => new Date(2026, 2, day, hour).toISOString()
const hour = (when: string, more: Partial<Diary['hours'][number]>): Diary['hours'][number] => ({
  ...{ hour: when, up: 0, down: 0, sent: 0, seconds: {} },
  ...more,
})
const now = new Date(2026, 2, 3, 15, 20).getTime()

test('the newest day first, each with what went and what stood in the way, and days of which nothing is known', () => {
  const days = diaryDays(
    [
      hour(at(1, 23), { up: 10, down: 1, sent: 1, seconds: { up: 1_800, portal: 1_800 } }),
      hour(at(3, 0), { up: 20, down: 2, sent: 2, seconds: { slow: 900, down: 120, unknown: 600 } }),
      hour(at(3, 1), { up: 5, seconds: { down: 3_600, dns: 30 } }),
      // Longer ago than what is shown, and after today where a clock was wrong.
      hour(new Date(2026, 1, 1, 9).toISOString(), { up: 99 }),
      hour(at(9, 9), { up: 99 }),
    ],
    now,
    3,
  )
  expect(
    days.map(({ day, up, down, sent, connectedSeconds }) => [day, up, down, sent, connectedSeconds]),
  ).toEqual([
    ['2026-03-03', 25, 2, 2, 900],
    ['2026-03-02', 0, 0, 0, 0],
    ['2026-03-01', 10, 1, 1, 1_800],
  ])
  expect(days[0]?.causes).toEqual([{ link: 'down', seconds: 3_720 }])
  expect(days[0]?.hours[0]).toEqual({ connected: 0.25, without: 120 / 3_600 })
  expect(days[2]?.hours[23]).toEqual({ connected: 0.5, without: 0.5 })
  expect(days[1]?.hours.every(({ connected, without }) => connected + without === 0)).toBe(true)
})

test('more than an hour in an hour, after a clock was set back, is one hour', () => {
  const [day] = diaryDays([hour(at(3, 4), { seconds: { up: 7_200, down: 9_000 } })], now, 1)
  expect(day?.hours[4]).toEqual({ connected: 1, without: 1 })
})
