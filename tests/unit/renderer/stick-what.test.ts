/** What is chosen on the screen, as the host is asked for it. */
import { describe, expect, it } from 'vitest'
import { createPace } from '../../../main/sticks/pace.ts'
import { dayOf, whatOf } from '../../../renderer/staff/stick/what.ts'

const chosen = { what: 'between', from: '2026-03-09', to: '2026-03-10', ids: [] } as const

describe('what goes on a stick', () => {
  it('from midnight here until the end of the last day', () => {
    expect(whatOf(chosen)).toEqual({
      what: 'between',
      from: new Date(2026, 2, 9).toISOString(),
      to: new Date(2026, 2, 11).toISOString(),
    })
    expect(dayOf(new Date(2026, 2, 9, 23, 59))).toBe('2026-03-09')
  })
  it.each([
    ['days the wrong way round', { ...chosen, from: '2026-03-12' }],
    ['a day that is not there yet', { ...chosen, to: '' }],
    ['no request', { ...chosen, what: 'requests' as const }],
  ])('is nothing for %s', (_what, given) => {
    expect(whatOf(given)).toBeUndefined()
  })
  it('is whatever is not sent, whatever else was chosen before', () => {
    expect(whatOf({ ...chosen, what: 'unsent', ids: ['x'] })).toEqual({ what: 'unsent' })
  })
})

describe('how long it still takes', () => {
  it('is said by what was written, not by what was found there, and not before it can be known', () => {
    let now = 0
    const pace = createPace(() => now)
    expect(pace(40, 100)).toEqual({ done: 40, total: 100 })
    now = 1_000
    expect(pace(45, 100)).toEqual({ done: 45, total: 100 })
    now = 2_000
    expect(pace(60, 100)).toEqual({ done: 60, total: 100, seconds: 4 })
    now = 3_000
    expect(createPace(() => now)(0, 0)).toEqual({ done: 0, total: 0 })
  })
})
