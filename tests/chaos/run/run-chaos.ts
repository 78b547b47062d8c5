/** The whole run: worlds side by side, each with its share of the runs, and what became of all that was saved. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, type Random } from '../../faults/lane.ts'
import { compilePowerCut } from '../power/powered-disk.ts'
import type { FaultKind } from './fault-kinds.ts'
import { playRuns, type Outcome } from './play-runs.ts'
import { openRunWorld, type RunWorld } from './world.ts'

export interface ChaosReport extends Omit<Outcome, 'faults' | 'trouble'> {
  runs: number
  seed: number
  ok: boolean
  faults: Record<string, number>
  trouble: string[]
  /** faults that this machine does not let us make, and why */
  left: string[]
}

export interface ChaosOptions {
  runs: number
  seed: number
  withoutRule4: boolean
  say: (text: string) => void
  /** default any */
  faultOf?: (random: Random) => FaultKind
  /** worlds at a time */
  sideBySide?: number
  /** runs in one world, whose disks keep what earlier runs left */
  aWorld?: number
}

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { runs, seed, withoutRule4, say, sideBySide = 3, aWorld = 12 } = options
  const layer = compilePowerCut()
  if ('missing' in layer) throw new Error(`The power cannot be cut: ${layer.missing}.`)
  const { library } = layer
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-chaos-'))
  const all = Array.from({ length: runs }, (_, n) => n + 1)
  const shares = Array.from({ length: Math.ceil(runs / aWorld) }, (_, n) =>
    all.slice(n * aWorld, (n + 1) * aWorld),
  )
  const report: ChaosReport = {
    ...{ runs, seed, saved: 0, delivered: 0, lost: 0, doubled: 0, stuck: 0, ok: false },
    ...{ faults: {}, trouble: [], left: [] },
  }

  const open = new Set<RunWorld>()
  // Disks that are mounted are not left behind.
  const onEnd = () => void Promise.all([...open].map((world) => world.close())).finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onEnd)

  async function worlds(): Promise<void> {
    for (let share = shares.shift(); share; share = shares.shift()) {
      const number = share[0] ?? 0
      const random = seededRandom(seed * 100_003 + number)
      const world = await openRunWorld({
        ...{ folder: join(folder, `world-${number}`), library, random, withoutRule4 },
      })
      open.add(world)
      try {
        if (!world.kiosk.disk && report.left.length === 0)
          report.left.push('a full disk: no small disk can be mounted here')
        add(
          report,
          await playRuns({
            ...{ world, runs: share, random, say },
            ...(withoutRule4 && { settleMs: 5_000 }),
            ...(options.faultOf && { faultOf: options.faultOf }),
          }),
        )
      } catch (error) {
        // The harness itself: told, and the other worlds go on.
        report.trouble.push(`world ${number}: ${error instanceof Error ? error.stack : String(error)}`)
      } finally {
        open.delete(world)
        await world.close()
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: sideBySide }, worlds))
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onEnd)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const { saved, delivered, lost, doubled, stuck, trouble } = report
  report.ok = saved > 0 && delivered === saved && lost + doubled + stuck === 0 && trouble.length === 0
  return report
}

function add(report: ChaosReport, { faults, trouble, ...counts }: Outcome): void {
  report.saved += counts.saved
  report.delivered += counts.delivered
  report.lost += counts.lost
  report.doubled += counts.doubled
  report.stuck += counts.stuck
  for (const [name, times] of Object.entries(faults)) report.faults[name] = (report.faults[name] ?? 0) + times
  report.trouble.push(...trouble)
}
