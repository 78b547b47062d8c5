/** What the devices cost a person in waiting, one small measurement after the other. */
import { cardIn } from './card-in.ts'
import type { Bench } from './figures.ts'
import { replug } from './replug.ts'
import { scannerSearch } from './scanner-search.ts'

const measurements: readonly Bench[] = [cardIn, scannerSearch, replug]

export const devices: Bench = async (say) => {
  const figures = []
  for (const measure of measurements) figures.push(...(await measure(say)))
  return figures
}
