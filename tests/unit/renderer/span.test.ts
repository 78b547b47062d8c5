import { describe, expect, it } from 'vitest'
import { spanAhead, spanOf } from '../../../renderer/lib/time/span.ts'

const minute = 60_000
const hour = 60 * minute

describe('spanOf', () => {
  it.each([
    [-5 * hour, { unit: 'moment' }],
    [Number.NaN, { unit: 'moment' }],
    [minute - 1, { unit: 'moment' }],
    [minute, { unit: 'minutes', count: 1 }],
    [hour - 1, { unit: 'minutes', count: 59 }],
    [hour, { unit: 'hours', count: 1 }],
    [24 * hour - 1, { unit: 'hours', count: 23 }],
    [24 * hour, { unit: 'days', count: 1 }],
    [71 * hour, { unit: 'days', count: 2 }],
  ])('%d ms', (ms, expected) => {
    expect(spanOf(ms)).toEqual(expected)
  })
})

describe('spanAhead promises rather too much than too little', () => {
  it.each([
    [30_000, { unit: 'moment' }],
    [minute + 1, { unit: 'minutes', count: 2 }],
    [59 * minute + 1, { unit: 'hours', count: 1 }],
    [hour + 1, { unit: 'hours', count: 2 }],
    [24 * hour, { unit: 'days', count: 1 }],
    [24 * hour + 1, { unit: 'days', count: 2 }],
  ])('%d ms', (ms, expected) => {
    expect(spanAhead(ms)).toEqual(expected)
  })
})
