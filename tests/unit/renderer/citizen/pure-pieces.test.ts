/** The clock of an unattended visit, the number of a slip, and the order of what a card says. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSlipCode, slipCode } from '../../../../main/enrolment/slip-code.ts'
import { zRequestId } from '../../../../sync/z-facts.ts'
import { inOrder } from '../../../../renderer/lib/claims/claim-order.ts'
import { clockText } from '../../../../renderer/citizen/clock-text.ts'
import { idleState, idleTimes } from '../../../../renderer/citizen/idle-watch.ts'
import { grouped, slipNumber, slipText } from '../../../../renderer/citizen/slip-text.ts'

describe('an unattended visit', () => {
  it('asks after a minute, counts twenty seconds, and is over', () => {
    expect(idleTimes).toEqual({ askAfterMs: 60_000, endAfterMs: 20_000 })
    expect(idleState(59_999)).toEqual({ state: 'here' })
    expect(idleState(60_000)).toEqual({ state: 'asking', secondsLeft: 20 })
    expect(idleState(79_001)).toEqual({ state: 'asking', secondsLeft: 1 })
    expect(idleState(80_000)).toEqual({ state: 'gone' })
  })
  it('is over at once when the page slept through the question', () => {
    expect(idleState(3_600_000)).toEqual({ state: 'gone' })
  })
})

describe('a typed slip number', () => {
  const id = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  it('becomes what the slip itself holds', async () => {
    await fc.assert(
      fc.asyncProperty(id, async (number) => {
        const text = await slipText(number)
        expect(text).toBe(slipCode(zRequestId.parse(number)))
        expect(readSlipCode(text)._unsafeUnwrap()).toBe(number)
      }),
    )
  })
  it('forgives what is misread, small letters and blanks', () => {
    expect(slipNumber('oil u 01jd-5zk3')).toBe('01101JD5ZK3')
  })
  it('is never longer than a slip and never holds another sign', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[0-9A-HJKMNP-TV-Z]{0,26}$/.test(slipNumber(text))))
  })
  it('is shown in fours and read back from them', () => {
    fc.assert(fc.property(id, (number) => slipNumber(grouped(number)) === number))
  })
})

describe('what a card says', () => {
  it('begins with the name and leaves nothing out', () => {
    const names = ['gewog', 'somethingNew', 'cid', 'fullName', 'dateOfBirth']
    const sorted = inOrder(names.map((name) => ({ name }))).map(({ name }) => name)
    expect(sorted).toEqual(['fullName', 'dateOfBirth', 'cid', 'gewog', 'somethingNew'])
  })
})

describe('a countdown', () => {
  it.each([
    [600, '10:00'],
    [65, '1:05'],
    [0, '0:00'],
  ])('of %d s is %s', (seconds, text) => {
    expect(clockText(seconds, String)).toBe(text)
  })
})
