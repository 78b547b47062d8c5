import { TRPCClientError } from '@trpc/client'
import { describe, expect, it } from 'vitest'
import { ask, askValue } from '../../../renderer/lib/api/ask.ts'
import { HostUnreachable } from '../../../renderer/lib/api/give-up-link.ts'

function refused(code: string) {
  return TRPCClientError.from({ error: { code: -32_000, message: code, data: { code, httpStatus: 400 } } })
}

describe('what a screen gets when a call fails on its way', () => {
  it.each([
    [TRPCClientError.from(new HostUnreachable('x')), 'kiosk.unreachable', 'later'],
    [
      TRPCClientError.from(
        Object.assign(new Error('WebSocket closed'), { name: 'TRPCWebSocketClosedError' }),
      ),
      'kiosk.unreachable',
      'later',
    ],
    [refused('UNAUTHORIZED'), 'sign-in.required', 'now'],
    [refused('FORBIDDEN'), 'role.forbidden', 'no'],
    [refused('BAD_REQUEST'), 'kiosk.bad-request', 'now'],
    [refused('PARSE_ERROR'), 'kiosk.bad-request', 'now'],
    [refused('INTERNAL_SERVER_ERROR'), 'kiosk.bug', 'no'],
    [new Error('anything'), 'kiosk.bug', 'no'],
  ])('%s becomes %s', async (error, code, retry) => {
    expect(await ask(Promise.reject(error))).toEqual({ ok: false, code, retry })
  })
  it('leaves an answer as it is, and gives a plain value the form of one', async () => {
    const answer = { ok: false, code: 'link.down', retry: 'later' } as const
    expect(await ask(Promise.resolve(answer))).toBe(answer)
    expect(await askValue(Promise.resolve(7))).toEqual({ ok: true, value: 7 })
  })
})
