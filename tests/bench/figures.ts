/** What a benchmark says: figures, each with its goal and with what the same machine does without us, where there is one. */
import { cpus, release, totalmem, type } from 'node:os'

export interface Figure {
  name: string
  value: number
  unit: string
  /** at most this much; absent where the figure is only told */
  goal?: number
  /** measured in the same run, without the kiosk */
  baseline?: number
  ok: boolean
}

export interface Report {
  name: string
  ok: boolean
  machine: Record<string, string | number>
  figures: Figure[]
}

/** Runs one benchmark. `say` is for progress. */
export type Bench = (say: (text: string) => void) => Promise<Figure[]>

/** @param values of the runs @returns the one in the middle */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  if (low === undefined || high === undefined) throw new Error('No runs to take a median of')
  return (low + high) / 2
}

/** @returns the figure, rounded to what can be meant, and whether it keeps to its goal */
export function figure(given: Omit<Figure, 'ok'>): Figure {
  const round = (value: number) => Math.round(value * 10) / 10
  const value = round(given.value)
  return {
    name: given.name,
    value,
    unit: given.unit,
    ...(given.goal !== undefined && { goal: given.goal }),
    ...(given.baseline !== undefined && { baseline: round(given.baseline) }),
    ok: given.goal === undefined || value <= given.goal,
  }
}

export function reportOf(name: string, figures: Figure[]): Report {
  return {
    name,
    ok: figures.length > 0 && figures.every(({ ok }) => ok),
    machine: {
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()}`,
      node: process.versions.node,
    },
    figures,
  }
}
