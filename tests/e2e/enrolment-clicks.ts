/** What a hand does in a whole enrolment: real presses, keys and changes in the page, by the step on which they happen. */
import type { Page } from '@playwright/test'
import { z } from 'zod'

const zCounted = z.array(
  z.object({ screen: z.string(), presses: z.number(), keys: z.number(), choices: z.number() }),
)
export type Counted = z.infer<typeof zCounted>

/** Begins to count in a page that is open; what a script fills in without a hand is not counted. */
export async function beginCounting(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.counted = new Map()
    const note = (what) => (event) => {
      if (!event.isTrusted) return
      const screen = document.querySelector('section[data-screen]')?.dataset.screen ?? '-'
      const one = counted.get(screen) ?? { screen, presses: 0, keys: 0, choices: 0 }
      one[what] += 1
      counted.set(screen, one)
    }
    addEventListener('click', note('presses'), true)
    addEventListener('keydown', note('keys'), true)
    addEventListener('change', (event) => event.target instanceof HTMLSelectElement && note('choices')(event), true)`)
}

export const countedIn = async (page: Page): Promise<Counted> =>
  zCounted.parse(await page.evaluate('[...globalThis.counted.values()]'))

/** @returns a table in Markdown, with the sum */
export function clicksTable(counted: Counted): string {
  const sum = (of: (one: Counted[number]) => number) => counted.reduce((all, one) => all + of(one), 0)
  const row = (name: string, one: Omit<Counted[number], 'screen'>) =>
    `| ${name} | ${one.presses} | ${one.keys} | ${one.choices} |`
  return [
    '| screen | presses | keys | choices |',
    '| --- | ---: | ---: | ---: |',
    ...counted.map((one) => row(one.screen, one)),
    row('**all**', {
      presses: sum((one) => one.presses),
      keys: sum((one) => one.keys),
      choices: sum((one) => one.choices),
    }),
  ].join('\n')
}
