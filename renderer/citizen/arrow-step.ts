/** Where an arrow key takes the focus among choices that stand together. Pure. */

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** @param count of choices @param at where the focus is, -1 before the first @returns where the key takes it, or undefined */
export function arrowTo(key: string, count: number, at: number): number | undefined {
  if (count === 0) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = steps[key]
  if (step === undefined) return undefined
  return at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count
}
