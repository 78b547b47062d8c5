/** Plays random faults, each lane one after the other, the lanes side by side, and counts what must not be. */
import { between, seededRandom, type Fault, type Lane } from './lane.ts'

export interface LaneReport {
  runs: number
  hung: number
  withoutText: number
  /** a cause that has a text, but is not what happened */
  wrongCause: number
  /** the device did not work again by itself */
  notRecovered: number
  /** how often each cause was told, by fault */
  causes: Record<string, Record<string, number>>
}

export interface Parts {
  lanes: readonly Lane[]
  runs: number
  seed: number
  /** whether a cause has its texts in each language */
  hasText: (cause: string) => boolean
  say: (text: string) => void
}

export async function runFaults({ lanes, runs, seed, hasText, say }: Parts) {
  const random = seededRandom(seed)
  const all = lanes.flatMap((lane) => lane.faults.map((fault) => ({ lane, fault })))
  const plan = new Map<Lane, { fault: Fault; seed: number }[]>(lanes.map((lane) => [lane, []]))
  for (let run = 0; run < runs; run += 1) {
    const chosen = all[between(random, 0, all.length - 1)]
    if (chosen) plan.get(chosen.lane)?.push({ fault: chosen.fault, seed: between(random, 0, 2 ** 31) })
  }

  async function runLane(lane: Lane): Promise<[string, LaneReport]> {
    const report: LaneReport = {
      runs: 0,
      hung: 0,
      withoutText: 0,
      wrongCause: 0,
      notRecovered: 0,
      causes: {},
    }
    for (const { fault, seed: own } of plan.get(lane) ?? []) {
      report.runs += 1
      const what = `${lane.device} ${fault.name} (${own})`
      const cause = await within(fault, own).catch((error: unknown) => {
        say(`${what}: ${String(error)}`)
        return undefined
      })
      if (cause === late) {
        report.hung += 1
        say(`${what}: hangs`)
      } else if (cause === undefined || !hasText(cause)) {
        report.withoutText += 1
        say(`${what}: ${cause ?? 'nothing'} is told, which has no text`)
      } else if (!fault.expected.some((right) => right === cause)) {
        report.wrongCause += 1
        say(`${what}: ${cause} is told instead of ${fault.expected.join(' or ')}`)
      }
      const told = (report.causes[fault.name] ??= {})
      told[String(cause)] = (told[String(cause)] ?? 0) + 1
      await lane.works().catch((error: unknown) => {
        report.notRecovered += 1
        say(`${what}, then: ${String(error)}`)
      })
    }
    return [lane.device, report]
  }

  const byDevice = Object.fromEntries(await Promise.all(lanes.map(runLane)))
  const sum = (of: (report: LaneReport) => number) =>
    Object.values(byDevice).reduce((total, report) => total + of(report), 0)
  return {
    runs: sum((one) => one.runs),
    hung: sum((one) => one.hung),
    withoutText: sum((one) => one.withoutText),
    wrongCause: sum((one) => one.wrongCause),
    notRecovered: sum((one) => one.notRecovered),
    byDevice,
  }
}

const late = 'over its deadline'

async function within(fault: Fault, seed: number) {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), fault.deadlineMs)
  })
  try {
    return await Promise.race([fault.play(seededRandom(seed)), deadline])
  } finally {
    clearTimeout(timer)
  }
}
