/** One try of capturing a slap: the rules before, the scanner, the rules after. */
import { err, ok, type Result } from 'neverthrow'
import type { FingerprintPort } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { Draft, Slap } from '../api/z-enrolment.ts'
import type { DraftBook } from './draft-book.ts'
import type { DraftStore } from './draft-store.ts'
import { slapOf } from './draft-view.ts'
import {
  afterCapture,
  exceptionsFit,
  nextCapture,
  withExceptions,
  type Exceptions,
  type FingerRules,
  type SlapState,
} from './finger-rules.ts'
import { zSlapRecords, type SlapRecords, type StoredDraft } from './z-stored-draft.ts'

interface Parts {
  book: DraftBook
  store: DraftStore
  scanner: FingerprintPort
  rules: FingerRules & { captureTimeoutMs: number }
}

export interface Try {
  id: RequestId
  slap: Slap
  exceptions: Exceptions
  signal: AbortSignal | undefined
}

/**
 * A try counts when the scanner gave fingers; what it could not see, or was too busy for, costs the citizen nothing.
 * `kiosk.bad-request` for exceptions of another hand, `finger.tries-used`, `finger.busy` while a capture of the same
 * draft runs, `draft.gone`, `save.*` and the faults of the scanner.
 */
export function createFingerCapture({ book, store, scanner, rules }: Parts) {
  const running = new Set<RequestId>()

  async function capture({ id, slap, exceptions, signal }: Try): Promise<Result<Draft, Failure>> {
    let next: ReturnType<typeof nextCapture> = 'nothing'
    const prepared = await book.change(id, (draft) => {
      if (!exceptionsFit(slap, exceptions)) return err({ code: 'kiosk.bad-request' })
      const state = withExceptions(slapOf(draft, slap), exceptions, rules)
      next = nextCapture(state, rules)
      return next === 'tries-used'
        ? err({ code: 'finger.tries-used', detail: { tries: state.tries } })
        : ok({ slaps: replace(draft, state) })
    })
    if (prepared.isErr() || next === 'nothing') return prepared
    const captured = await scanner.capture({
      served: 'staff',
      slap,
      exceptions: exceptions.map(({ finger }) => finger),
      requestedScore: rules.threshold,
      timeoutMs: rules.captureTimeoutMs,
      ...(signal && { signal }),
    })
    if (captured.isErr()) return err({ code: captured.error })
    return book.change(id, async (draft) => {
      const before = slapOf(draft, slap)
      const { state, better } = afterCapture(before, captured.value, rules)
      const kept = await readRecords(store, id, before)
      const fresh = captured.value.filter(({ finger }) => better.some((name) => name === finger))
      const records = { ...kept, ...Object.fromEntries(fresh.map(({ finger, record }) => [finger, record])) }
      await store.putPiece(id, pieceOf(state), Buffer.from(JSON.stringify(records)))
      return ok({ slaps: replace(draft, state) })
    })
  }

  return async (attempt: Try): Promise<Result<Draft, Failure>> => {
    if (running.has(attempt.id)) return err({ code: 'finger.busy' })
    running.add(attempt.id)
    try {
      return await capture(attempt)
    } finally {
      running.delete(attempt.id)
    }
  }
}

/** Each try writes a piece of its own; the draft says by its count which one holds. */
const pieceOf = ({ slap, tries }: SlapState) => `slap-${slap}-${tries}`

/** @returns the device-signed records of a slap, by finger; also of fingers that became exceptions since */
export async function readRecords(store: DraftStore, id: RequestId, state: SlapState): Promise<SlapRecords> {
  const piece = await store.piece(id, pieceOf(state))
  return piece ? zSlapRecords.parse(JSON.parse(Buffer.from(piece).toString('utf8'))) : {}
}

function replace(draft: StoredDraft, state: SlapState): SlapState[] {
  return [...draft.slaps.filter(({ slap }) => slap !== state.slap), state]
}
