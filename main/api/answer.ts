/**
 * What a procedure gives back where the field can make it fail: a plain value that crosses both transports.
 * Inside the host the same thing is a neverthrow `Result`; this is its form on the wire.
 */
import type { Result } from 'neverthrow'
import { retryHint, type FailureCode, type Retry } from './failure.ts'

/** Figures that a text may show: tries left, seconds to wait, the name of a field. Never personal data. */
export type FailureDetail = Record<string, string | number>

export interface Failure {
  code: FailureCode
  detail?: FailureDetail
}

export type Answer<T> =
  { ok: true; value: T } | { ok: false; code: FailureCode; retry: Retry; detail?: FailureDetail }

/** @param result of the host's own work @returns its form on the wire, with the retry hint of the code */
export function toAnswer<T>(result: Result<T, Failure>): Answer<T> {
  if (result.isOk()) return { ok: true, value: result.value }
  const { code, detail } = result.error
  return { ok: false, code, retry: retryHint(code), ...(detail && { detail }) }
}
