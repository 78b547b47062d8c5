import { describe, expect, it } from 'vitest'
import { nextRestart } from '../../../hardware/restart-policy.ts'

const policy = { delayMs: 3_000, most: 3, windowMs: 300_000 }

describe('when a crashed driver is started again', () => {
  it.each([
    ['the first time', [], 0, { inMs: 3_000, stopped: false }],
    ['the third time', [1_000, 10_000], 20_000, { inMs: 3_000, stopped: false }],
    [
      'the fourth time within five minutes',
      [1_000, 10_000, 20_000],
      31_000,
      { inMs: 270_000, stopped: true },
    ],
    ['when the oldest is long ago', [1_000, 200_000, 250_000], 302_000, { inMs: 3_000, stopped: false }],
    ['just before the window ends', [1_000, 2_000, 3_000], 300_500, { inMs: 3_000, stopped: true }],
    ['after the clock was set back', [900_000, 910_000, 920_000], 5_000, { inMs: 3_000, stopped: false }],
  ])('%s', (_when, past, now, expected) => {
    expect(nextRestart(past, now, policy)).toEqual(expected)
  })
})
