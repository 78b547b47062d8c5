/**
 * Sends on what this kiosk carries for others, after everything of its own: the volumes by resumable upload, then the
 * head. The issuer's signed answer gives back the disk.
 */
import { compactVerify, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import type { LaneRun } from '../lane.ts'
import type { LinkSpeed } from '../link-speed.ts'
import type { QueueNotes } from '../queue-notes.ts'
import { Answered, basic, UploadRefused, type Agents, type Remote } from '../remote.ts'
import { uploadBlob, whichAreThere } from '../uploader.ts'
import { zInstant, zSha256 } from '../z-facts.ts'
import type { Carried, CarriedBundle } from './carried.ts'
import type { TakenBook } from './taken-book.ts'

export interface CarryLaneOptions {
  carried: Carried
  done: TakenBook
  notes: Pick<QueueNotes, 'url' | 'setUrl'>
  remote: () => (Remote & { signing: JWK }) | undefined
  agents: Agents
  fetch: typeof fetch
  speed: LinkSpeed
  /** something of this kiosk's own is to be sent */
  mustYield: () => boolean
  onAcknowledged: (bytes: number) => void
  onProblem: (event: string) => void
}

const zAnswer = z.object({ acknowledgement: z.string().max(2_000_000) })
const zAcknowledged = z.object({
  id: zSha256,
  at: zInstant,
  missing: z.array(z.number().int().nonnegative()).optional(),
  refused: z.string().max(40).optional(),
})
const askAtOnce = 500
/** One that the issuer would not take is offered again after so long. */
const pauseMs = 3_600_000

export function createCarryLane(options: CarryLaneOptions) {
  const { carried, done, notes, fetch, speed, onProblem } = options
  const pausedUntil = new Map<string, number>()

  const next = (): CarriedBundle | undefined =>
    carried.list().find(({ id, held }) => held.size > 0 && (pausedUntil.get(id) ?? 0) <= performance.now())

  function pause(bundle: CarriedBundle, why: string): void {
    pausedUntil.set(bundle.id, performance.now() + pauseMs)
    bundle.refused = why
    onProblem(`carried bundle ${bundle.id.slice(0, 8)} not taken: ${why}`)
    carried.changed()
  }

  /** @returns whether all that is here of it is there */
  async function sendVolumes(bundle: CarriedBundle, remote: Remote, run: LaneRun): Promise<boolean> {
    const { volumes } = bundle.head
    const held = [...bundle.held].sort((a, b) => a - b)
    const there = new Set<string>()
    for (let at = 0; at < held.length; at += askAtOnce) {
      const hashes = held.slice(at, at + askAtOnce).flatMap((n) => volumes[n]?.sha256 ?? [])
      const have = await whichAreThere(hashes, { remote, fetch, signal: run.signal, at: 'carried' })
      for (const one of have) there.add(one)
    }
    run.alive()
    const sizeOf = (n: number) => volumes[n]?.bytes ?? 0
    const isThere = (n: number) => there.has(volumes[n]?.sha256 ?? '')
    bundle.sentBytes = held.filter(isThere).reduce((sum, n) => sum + sizeOf(n), 0)
    for (const n of held.filter((one) => !isThere(one))) {
      if (options.mustYield()) return false
      const before = bundle.sentBytes
      speed.begin()
      const end = await uploadBlob({
        ...{ sha256: volumes[n]?.sha256 ?? '', blobs: carried, notes, remote, at: 'carried' },
        ...{ agents: options.agents, fetch, signal: run.signal },
        ...{ nextPiece: () => speed.pieceBytes(1), stallMs: () => speed.stallMs(1) },
        mayGoOn: () => !options.mustYield(),
        onAcknowledged: (sofar) => {
          const more = before + sofar - bundle.sentBytes
          bundle.sentBytes = before + sofar
          if (more <= 0) return run.alive()
          run.carried()
          speed.acknowledged(more)
          options.onAcknowledged(more)
        },
      })
      if (end === 'yielded') return false
      // Damaged on this disk: its own kiosk has it still, and so may the stick.
      if (end === 'missing-here') bundle.held.delete(n)
      bundle.sentBytes = before + (end === 'done' ? sizeOf(n) : 0)
      carried.changed()
    }
    return true
  }

  async function sendHead(bundle: CarriedBundle, remote: Remote & { signing: JWK }, { signal }: LaneRun) {
    const answer = await fetch(new URL('/carried/bundles', remote.url), {
      method: 'POST',
      headers: { authorization: basic(remote), 'content-type': 'application/jose' },
      body: Buffer.from(bundle.headBytes),
      redirect: 'error',
      // It opens and stores all of it before it answers.
      signal: AbortSignal.any([signal, AbortSignal.timeout(120_000)]),
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      throw new Answered('offered a carried bundle', answer.status)
    }
    const { acknowledgement } = zAnswer.parse(await answer.json())
    const { payload } = await compactVerify(acknowledgement, await importJWK(remote.signing, 'ES256'), {
      algorithms: ['ES256'],
    })
    return zAcknowledged.parse(JSON.parse(new TextDecoder().decode(payload)))
  }

  async function sendOne(
    bundle: CarriedBundle,
    remote: Remote & { signing: JWK },
    run: LaneRun,
  ): Promise<boolean> {
    if (!(await sendVolumes(bundle, remote, run))) return false
    const said = await sendHead(bundle, remote, run)
    run.carried()
    if (said.id !== bundle.id || said.refused !== undefined) {
      pause(bundle, said.refused ?? 'another answer')
      return true
    }
    const missing = new Set(said.missing)
    if ([...bundle.held].some((n) => missing.has(n))) {
      pause(bundle, 'the issuer lost a part of it')
      return true
    }
    // All that was here is there. What never was here its own kiosk has still.
    if (missing.size === 0) await done.add(bundle.id)
    await carried.remove(bundle.id)
    return true
  }

  return {
    owes: () => next() !== undefined,
    /** @returns whether anything was carried @throws whatever the link threw; the next run goes on from there */
    async run(run: LaneRun): Promise<boolean> {
      let moved = false
      for (;;) {
        const remote = options.remote()
        const bundle = next()
        if (!remote || !bundle || run.signal.aborted || options.mustYield()) return moved
        try {
          if (!(await sendOne(bundle, remote, run))) return moved
          moved = true
        } catch (error) {
          const status = error instanceof Answered || error instanceof UploadRefused ? error.status : 0
          if (!(error instanceof z.ZodError) && !isJudgement(status)) throw error
          pause(bundle, `answered ${status || 'nonsense'}`)
        } finally {
          speed.pause()
        }
      }
    },
    tryAgain: () => pausedUntil.clear(),
  }
}
export type CarryLane = ReturnType<typeof createCarryLane>

/** Not of them: not signed in, too many, and what only says that it cannot now. */
const isJudgement = (status: number) =>
  status >= 400 && status < 500 && ![401, 403, 408, 423, 429].includes(status)
