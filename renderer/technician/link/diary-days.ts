/** The diary's hours put together by the days of this kiosk's time zone. */
import type { Diary } from '../../../main/api/z-link-detail.ts'
import type { LinkState } from '../../../main/api/z-status.ts'

export interface DiaryDay {
  /** `YYYY-MM-DD` here */
  day: string
  /** by the hour of the day: shares of it, from 0 to 1; together less than 1 where the kiosk was off */
  hours: { connected: number; without: number }[]
  connectedSeconds: number
  up: number
  down: number
  sent: number
  /** what stood in the way, the longest first */
  causes: { link: LinkState; seconds: number }[]
}

const linked = new Set<string>(['up', 'slow'])
/** Before the first answer nothing is known: neither a link nor a fault of it. */
const notCounted = 'unknown'

const dayOf = (at: Date): string =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')

/** @param now ms since 1970 @returns that many days, the newest first, also those of which nothing is known */
export function diaryDays(hours: Diary['hours'], now: number, count: number): DiaryDay[] {
  const today = new Date(now)
  const days = Array.from({ length: count }, (_, back): DiaryDay & { seconds: Map<LinkState, number> } => ({
    day: dayOf(new Date(today.getFullYear(), today.getMonth(), today.getDate() - back)),
    hours: Array.from({ length: 24 }, () => ({ connected: 0, without: 0 })),
    ...{ connectedSeconds: 0, up: 0, down: 0, sent: 0, causes: [], seconds: new Map() },
  }))
  const byDay = new Map(days.map((one) => [one.day, one]))
  for (const { hour, up, down, sent, seconds } of hours) {
    const at = new Date(hour)
    const day = byDay.get(dayOf(at))
    const shares = day?.hours[at.getHours()]
    if (!day || !shares) continue
    day.up += up
    day.down += down
    day.sent += sent
    for (const [link, passed = 0] of Object.entries(seconds) as [LinkState, number][]) {
      if (link === notCounted) continue
      const share = Math.min(1, passed / 3_600)
      if (linked.has(link)) {
        day.connectedSeconds += passed
        shares.connected = Math.min(1, shares.connected + share)
      } else {
        shares.without = Math.min(1, shares.without + share)
        day.seconds.set(link, (day.seconds.get(link) ?? 0) + passed)
      }
    }
  }
  return days.map(({ seconds, ...day }) => ({
    ...day,
    causes: [...seconds]
      .map(([link, sum]) => ({ link, seconds: sum }))
      .filter((one) => one.seconds >= 60)
      .sort((a, b) => b.seconds - a.seconds),
  }))
}
