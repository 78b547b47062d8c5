/** The stepper: what is done, and where one may go. */
import { describe, expect, it } from 'vitest'
import { zRequestId } from '../../../sync/z-facts.ts'
import { doneCount, isDone, mayGoTo, stepOrder } from '../../../renderer/staff/enrol/progress.ts'
import type { Draft } from '../../../main/api/z-enrolment.ts'

const at = '2026-03-02T04:00:00.000Z'
const empty: Draft = {
  ...{ id: zRequestId.parse('01JABCDEFGHJKMNPQRSTVWXYZ0'), opened: at, changed: at, officer: 'Pema' },
  ...{ reason: 'new', step: 'card', fields: {}, problems: [{ field: 'cid', problem: 'required' }] },
  ...{ card: 'not-read', hasPortrait: false, slaps: [] },
}
const slap = (done: boolean): Draft['slaps'][number] => ({
  ...{ slap: 'left', tries: 1, done, fingers: [], exceptions: [] },
})
const full: Draft = {
  ...empty,
  ...{ card: 'verified', problems: [], hasPortrait: true, slaps: [slap(true)], step: 'sign' },
  consent: { at, language: 'dz' },
}

describe('stepper', () => {
  it('of a draft that was just opened has nothing done and one way', () => {
    expect(doneCount(empty)).toBe(0)
    expect(stepOrder.filter((step) => mayGoTo(empty, step))).toEqual(['card'])
  })
  it('of a whole draft has everything done but the signature', () => {
    expect(stepOrder.filter((step) => !isDone(full, step))).toEqual(['sign'])
    expect(stepOrder.every((step) => mayGoTo(full, step))).toBe(true)
  })
  it('counts a skipped card as done, and a hand that is not through as not', () => {
    expect(isDone({ ...empty, card: 'skipped' }, 'card')).toBe(true)
    expect(isDone({ ...full, slaps: [slap(true), slap(false)] }, 'fingers')).toBe(false)
  })
  it('leads back from where one is, and forward only over what is done', () => {
    const back: Draft = { ...full, step: 'form', hasPortrait: false }
    expect(stepOrder.filter((step) => mayGoTo(back, step))).toEqual(['card', 'form', 'portrait'])
    const stopped: Draft = { ...empty, step: 'portrait' }
    expect(stepOrder.filter((step) => mayGoTo(stopped, step))).toEqual(['card', 'form', 'portrait'])
  })
})
