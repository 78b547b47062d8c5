/** What the host's answers mean between a citizen and the phone, and how fast frames follow each other. */
import { describe, expect, it } from 'vitest'
import { framesFor } from '../../../../main/credentials/handover/frames.ts'
import { pictureOf } from '../../../../renderer/citizen/to-phone/code-picture.ts'
import {
  frameAfter,
  paces,
  roundSeconds,
  slowerThan,
} from '../../../../renderer/citizen/to-phone/frame-pace.ts'
import {
  afterMark,
  afterNoHandOver,
  isEarlier,
  purposeOf,
} from '../../../../renderer/citizen/to-phone/phone-steps.ts'

const known = {
  pairing: { pairing: 'p', qr: 'btkiosk:pair:1:p', expires: '2026-11-24T10:05:00Z' },
  phone: { mark: 'K7QD', waiting: false },
}

describe('a citizen and the phone', () => {
  it('what waits for the phone comes before a request', () => {
    expect(afterMark('offline', { mark: 'K7QD', waiting: true })).toBe('hand-over')
    expect(afterMark('offline', { mark: 'K7QD', waiting: false })).toBe('queue')
    expect(afterMark('collect', { mark: 'K7QD', waiting: false })).toBe('hand-over')
    expect([purposeOf('collect'), purposeOf('again'), purposeOf('offline')]).toEqual([
      'collect',
      'reissue',
      'reissue',
    ])
  })
  it('another phone has a screen of its own; other failures are shown where they happened', () => {
    expect(afterNoHandOver('handover.other-phone', known)).toEqual({ at: 'other-phone', known })
    expect(afterNoHandOver('handover.not-ready', known)).toEqual({ at: 'not-here' })
    expect(afterNoHandOver('provisional.not-allowed', known)).toBeUndefined()
  })
  it('a code that is still before the camera from the step before is no answer', () => {
    expect(isEarlier('btkiosk:slip:1:0:0', 'pair')).toBe(true)
    expect(isEarlier('btkiosk:holder:1:0#x', 'pair')).toBe(false)
    expect(isEarlier('btkiosk:holder:1:0#x', 'hand-over')).toBe(true)
    expect(isEarlier('btkiosk:receipt:1:0#x', 'hand-over')).toBe(false)
  })
})

describe('the codes of a hand-over', () => {
  const sealed = Uint8Array.from({ length: 3_000 }, (_, at) => (at * 151) % 256)
  it('every text is one that is packed closest, and its picture has the corners that cameras look for', () => {
    for (const { frames } of [framesFor(sealed), framesFor(sealed.slice(0, 1_100))]) {
      const { size, dark } = pictureOf(frames[0] ?? '')
      expect(size).toBeLessThanOrEqual(frames.length > 1 ? 77 : 141)
      const row = Array.from({ length: 7 }, (_, at) => dark(4 + at, 5))
      expect(row).toEqual([true, false, false, false, false, false, true])
      expect([dark(3, 3), dark(0, size - 1), dark(4, size - 5)]).toEqual([false, false, true])
    }
  })
  it('goes round without an end, each pace slower than the one before', () => {
    expect([0, 1, 7, 8, 17].map((shown) => frameAfter(shown, 8))).toEqual([0, 1, 7, 0, 1])
    expect([slowerThan(paces[0]), slowerThan(5), slowerThan(3)]).toEqual([5, 3, undefined])
    expect([roundSeconds(68, 10), roundSeconds(68, 3), roundSeconds(1, 10)]).toEqual([7, 23, 1])
  })
})
