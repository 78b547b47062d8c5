/** What the staff does with a stick: requests go on it, answers and other kiosks' bundles come from it. Both are logged. */
import { err, ok, type Result } from 'neverthrow'
import { heldBytes, type CarriedBundle } from '../../sync/bundle/carried.ts'
import type { KioskSticks } from '../../sync/bundle/kiosk-sticks.ts'
import type { WriteParts } from '../../sync/bundle/kiosk-export.ts'
import type { Failure } from '../api/answer.ts'
import type { StickService } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import type { CarriedRow, StickProgress, StickTaken, StickWritten } from '../api/z-stick.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { readBack } from '../removable/read-back.ts'
import type { RemovableMedia } from '../removable/removable-media.ts'
import { serialWork } from '../serial-work.ts'
import { createPace } from './pace.ts'

interface Parts {
  sticks: KioskSticks
  media: Pick<RemovableMedia, 'mounted'>
  audit: AuditLog
  /** ms that only go forward */
  steady?: () => number
}

export function createStickService({
  sticks,
  media,
  audit,
  steady = () => performance.now(),
}: Parts): StickService {
  // A stick holds still for one hand at a time.
  const inTurn = serialWork()

  const watched = (tell: (progress: StickProgress) => void, signal: AbortSignal | undefined): WriteParts => {
    const pace = createPace(steady)
    return { readBack, signal, onProgress: (done, total) => tell(pace(done, total)) }
  }

  async function write(
    medium: string,
    { what, passOn }: Parameters<StickService['write']>[2],
    more: () => WriteParts,
  ): Promise<Result<StickWritten, Failure>> {
    const found = await media.mounted(medium, 'to-write')
    if (found.isErr()) return err(found.error)
    const { folder, name } = found.value
    const written = await sticks.export.write(folder, what, more())
    if (written.isErr()) return err(codeOf(written.error))
    const passed = passOn ? await sticks.passOn(folder, more()) : ok({ bundles: 0, bytes: 0 })
    if (passed.isErr()) return err(codeOf(passed.error))
    const still = await media.mounted(medium, 'to-write')
    if (still.isErr()) return err(still.error)
    const { requests, bytes, found: there, left } = written.value
    const all = bytes + passed.value.bytes
    return ok({ medium: name, requests, bytes: all, found: there, left, carried: passed.value.bundles })
  }

  async function take(medium: string, more: WriteParts): Promise<Result<StickTaken, Failure>> {
    const found = await media.mounted(medium, 'to-read')
    if (found.isErr()) return err(found.error)
    const taken = await sticks.import.take(found.value.folder, more)
    if (taken.isErr()) return err(codeOf(taken.error))
    const { newAnswers, news, carried, refused } = taken.value
    return ok({
      medium: found.value.name,
      newAnswers,
      news,
      carried,
      refused: refused.map(({ name }) => name),
    })
  }

  async function note(
    staff: Staff,
    what: 'written' | 'taken',
    count: Result<number, Failure>,
  ): Promise<void> {
    if (count.isOk()) await audit.record(`stick.${what}`, { staff: staff.id, count: count.value })
    else await audit.record(`stick.not-${what}`, { staff: staff.id, code: count.error.code })
  }

  return {
    survey: async (what) => ({ ...sticks.export.survey(what), carried: sticks.carried.list().map(rowOf) }),
    write: (staff, medium, asked, { tell, signal }) =>
      inTurn(medium, async () => {
        const written = await write(medium, asked, () => watched(tell, signal))
        await note(
          staff,
          'written',
          written.map(({ requests }) => requests),
        )
        return written
      }),
    async look(medium) {
      const found = await media.mounted(medium, 'to-read')
      if (found.isErr()) return err(found.error)
      return (await sticks.import.look(found.value.folder)).mapErr((code): Failure => ({ code }))
    },
    take: (staff, medium, { tell, signal }) =>
      inTurn(medium, async () => {
        const taken = await take(medium, watched(tell, signal))
        await note(
          staff,
          'taken',
          taken.map(({ newAnswers, carried }) => newAnswers + carried.length),
        )
        return taken
      }),
  }
}

const codeOf = (code: Failure['code'] | 'stopped'): Failure => ({
  code: code === 'stopped' ? 'stick.stopped' : code,
})

const rowOf = (bundle: CarriedBundle): CarriedRow => ({
  ...{ id: bundle.id, kiosk: bundle.head.kiosk, bytes: bundle.bytes },
  ...{ heldBytes: heldBytes(bundle), sentBytes: bundle.sentBytes, refused: bundle.refused !== undefined },
})
