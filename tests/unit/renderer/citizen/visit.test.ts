/** What a citizen's wish and the host's answers lead to. */
import { describe, expect, it } from 'vitest'
import { zFailureCode } from '../../../../main/api/failure.ts'
import type { Identified } from '../../../../main/api/z-citizen.ts'
import { zRequestId, zRequestState } from '../../../../sync/z-facts.ts'
import {
  adviceFor,
  afterIdentified,
  afterNoOffer,
  stepsDone,
  ticketOf,
  type Next,
} from '../../../../renderer/citizen/visit.ts'

type State = NonNullable<Identified['request']>['state']
const requestIn = (state: State) => ({
  id: zRequestId.parse('01JD5ZK3M8Q2W4X6Y8Z0A1B2C3'),
  state,
  created: '2026-11-24T10:00:00Z',
})
const known = (state: State): Identified => ({
  handle: 'h',
  by: 'card',
  phone: 'offer',
  request: requestIn(state),
})
const shortly = (next: Next | undefined) =>
  next && (next.go === 'ticket' ? next.state : next.go === 'pair' ? next.why : next.go)
const unknown: Identified = { handle: 'h', by: 'card', phone: 'offer' }

describe('after somebody was identified', () => {
  it.each([
    ['collect', 'ready', 'offer'],
    ['collect', 'checking', 'offer'],
    ['collect', 'queued', 'offer'],
    ['collect', 'rejected', 'rejected'],
    ['collect', 'collected', 'again'],
    ['follow', 'ready', 'ready'],
    ['follow', 'queued', 'queued'],
  ] as const)('%s with a request that is %s goes to %s', (wish, state, to) => {
    const next = afterIdentified(wish, known(state), 'up')
    expect(shortly(next)).toBe(to)
  })
  it.each([
    ['queue', 'ready', 'offline'],
    ['queue', 'collected', 'offline'],
    ['queue', undefined, 'offline'],
    ['queue', 'queued', 'queued'],
    ['queue', 'checking', 'checking'],
    ['queue', 'rejected', 'rejected'],
    ['collect', 'ready', 'collect'],
    ['collect', undefined, 'collect'],
    ['collect', 'needs-attention', 'needs-attention'],
    ['offer', 'collected', 'again'],
  ] as const)('the way %s with a request that is %s goes to %s', (phone, state, to) => {
    expect(shortly(afterIdentified('collect', { ...(state ? known(state) : unknown), phone }, 'down'))).toBe(
      to,
    )
  })
  it('a card without a known request says nothing while the issuer cannot be asked', () => {
    expect(afterIdentified('follow', unknown, 'down')).toEqual({ go: 'ticket', state: 'offline' })
    expect(afterIdentified('follow', unknown, 'up')).toEqual({ go: 'ticket', state: 'unknown' })
    expect(afterIdentified('collect', unknown, 'down')).toEqual({ go: 'offer' })
  })
})

describe('when no offer could be had', () => {
  it('every cause is either a state in plain words or shown as itself', () => {
    const shown = zFailureCode.options.filter((code) => ticketOf(code, undefined) !== undefined)
    expect(shown.sort()).toEqual([
      'issuer.error',
      'issuer.nonsense',
      'link.down',
      'link.slow',
      'request.collected',
      'request.not-ready',
      'request.rejected',
      'request.unknown',
    ])
  })
  it('the link that goes away in between asks nothing again: the phone is paired', () => {
    expect(shortly(afterNoOffer('link.down', requestIn('ready')))).toBe('offline')
    expect(shortly(afterNoOffer('link.slow', undefined))).toBe('offline')
    expect(shortly(afterNoOffer('issuer.error', requestIn('checking')))).toBe('checking')
    expect(shortly(afterNoOffer('request.collected', undefined))).toBe('again')
    expect(shortly(afterNoOffer('request.unknown', undefined))).toBe('unknown')
    expect(afterNoOffer('verification.refused', requestIn('ready'))).toBeUndefined()
  })
  it('a request that was thought ready and is not is being checked', () => {
    expect(ticketOf('request.not-ready', requestIn('ready'))).toBe('checking')
    expect(ticketOf('request.not-ready', requestIn('queued'))).toBe('queued')
  })
})

describe('the ticket', () => {
  it('never goes back, and always says what to do', () => {
    const way = (['queued', 'received', 'ready', 'collected'] as const).map((state) => stepsDone(state) ?? 0)
    expect(way).toEqual([1, 2, 3, 4])
    for (const state of zRequestState.options)
      expect(adviceFor(state)).toMatch(/^(safe|ready|staff|collected)$/)
    expect(adviceFor('offline')).toBe('safe')
    expect(adviceFor('unknown')).toBe('staff')
  })
})
