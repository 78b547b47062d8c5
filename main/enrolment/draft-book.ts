/**
 * Drafts as the procedures use them: one change at a time for each, on the disk before anybody is told. What the
 * citizen consented to is what was shown then, so every later change of it asks for consent again.
 */
import { err, ok, type Result } from 'neverthrow'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { Draft } from '../api/z-enrolment.ts'
import { instant, type Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import type { SerialWork } from '../serial-work.ts'
import type { DraftStore } from './draft-store.ts'
import type { StoredDraft } from './z-stored-draft.ts'

type Changed = Result<Partial<StoredDraft>, Failure>

export interface DraftBook {
  /** `draft.gone` */
  view(id: RequestId): Promise<Result<Draft, Failure>>
  /**
   * Changes a draft by what `work` makes of it; undefined members are taken away. Nothing is written where nothing changed.
   * `draft.gone`, `draft.waits-for-approval`, `save.disk-full`, `save.failed`, and what `work` refuses with
   */
  change(
    id: RequestId,
    work: (draft: StoredDraft) => Promise<Changed> | Changed,
  ): Promise<Result<Draft, Failure>>
}

interface Parts {
  store: DraftStore
  serial: SerialWork
  clock: Clock
  show: (draft: StoredDraft) => Promise<Result<Draft, Failure>>
}

/** What the citizen reviews; a change of any of these undoes the consent. */
const reviewed = ['fields', 'card', 'portrait', 'slaps', 'checkTemplate'] as const

export function createDraftBook({ store, serial, clock, show }: Parts): DraftBook {
  async function read(id: RequestId): Promise<Result<StoredDraft, Failure>> {
    const draft = await store.get(id)
    return draft ? ok(draft) : err({ code: 'draft.gone' })
  }

  return {
    async view(id) {
      const draft = await read(id)
      return draft.isErr() ? err(draft.error) : show(draft.value)
    },
    change: (id, work) =>
      serial(id, async () => {
        const before = await read(id)
        if (before.isErr()) return err(before.error)
        // What a supervisor looks at is what the citizen agreed to and the officer signed.
        if (before.value.signed) return err({ code: 'draft.waits-for-approval' })
        try {
          const change = await work(before.value)
          if (change.isErr()) return err(change.error)
          const after = merge(before.value, change.value)
          if (same(before.value, after)) return await show(before.value)
          const stamped = { ...after, changed: instant(clock) }
          await store.put(stamped)
          return await show(stamped)
        } catch (error) {
          return err(saveFailure(error))
        }
      }),
  }
}

function merge(before: StoredDraft, change: Partial<StoredDraft>): StoredDraft {
  const after = { ...before, ...change }
  if (reviewed.some((part) => !same(before[part], after[part]))) delete after.consent
  return after
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
