/** Every call of a screen ends in an `Answer`: what went wrong on the way becomes a code with its two texts, too. */
import { TRPCClientError } from '@trpc/client'
import type { Answer } from '../../../main/api/answer.ts'
import type { FailureCode, Retry } from '../../../main/api/failure.ts'
import { HostUnreachable } from './give-up-link.ts'

export type Refusal = Extract<Answer<never>, { ok: false }>

/**
 * @param call a procedure that gives an `Answer`
 * @returns that answer, or `kiosk.unreachable`, `sign-in.required`, `role.forbidden`, `kiosk.bad-request`, `kiosk.bug`;
 * never rejects
 */
export async function ask<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await call
  } catch (error) {
    return refusalOf(error)
  }
}

/** The same for a procedure that gives a plain value, which then comes as `value`. */
export async function askValue<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await call }
  } catch (error) {
    return refusalOf(error)
  }
}

/** @returns the code of what a call or a subscription (`onError`) failed with */
export function refusalOf(error: unknown): Refusal {
  const [code, retry] = codeOf(error)
  return { ok: false, code, retry }
}

function codeOf(error: unknown): [FailureCode, Retry] {
  if (!(error instanceof TRPCClientError)) return ['kiosk.bug', 'no']
  const { cause } = error
  if (cause instanceof HostUnreachable || cause?.name === 'TRPCWebSocketClosedError')
    return ['kiosk.unreachable', 'later']
  const data: unknown = error.data
  switch (typeof data === 'object' && data !== null && 'code' in data ? data.code : undefined) {
    case 'UNAUTHORIZED':
      return ['sign-in.required', 'now']
    case 'FORBIDDEN':
      return ['role.forbidden', 'no']
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
    case 'NOT_FOUND':
      return ['kiosk.bad-request', 'now']
    default:
      return ['kiosk.bug', 'no']
  }
}
