/** Citizens at the self-service door, as a page sees them: they choose, type the number of a slip, change their mind and leave. */
import type { CDPSession, Page } from 'playwright'
import { z } from 'zod'

/** What a citizen typed; nothing else in the program or in any file holds it. */
export const canary = 'QQ7X9ZZ4WWKVT3'

const on = (page: Page, name: string) => page.locator(`[data-screen="${name}"]`).waitFor({ timeout: 20_000 })
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** From the welcome to a half typed number, and back to the welcome by the button that stops. */
export async function visitAndStop(page: Page): Promise<void> {
  await on(page, 'citizen-welcome')
  await page.locator('[data-screen="citizen-welcome"] button[lang="en"]').click()
  await on(page, 'citizen-choose')
  await press(page, 'See how my request is going')
  await on(page, 'citizen-consent')
  await page.locator('[data-screen="citizen-consent"] button').last().click()
  await on(page, 'citizen-identify')
  await page.getByRole('button', { name: /type/i }).click()
  await page.locator('[data-screen="citizen-identify"] input').fill(canary)
  await page.getByRole('button', { name: /stop/i }).first().click()
  await on(page, 'citizen-welcome')
}

const zCounters = z.object({ nodes: z.number(), jsEventListeners: z.number() })
const zHeap = z.object({ usedSize: z.number() })

export interface PageMemory {
  heapMb: number
  nodes: number
  listeners: number
}

/** What the page holds once everything that nobody needs is thrown away. */
export async function memoryOf(cdp: CDPSession): Promise<PageMemory> {
  for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = zHeap.parse(await cdp.send('Runtime.getHeapUsage'))
  const { nodes, jsEventListeners } = zCounters.parse(await cdp.send('Memory.getDOMCounters'))
  return { heapMb: usedSize / 2 ** 20, nodes, listeners: jsEventListeners }
}

/** Runs in the page, where this file's types do not reach. */
const lookForText = `async (wanted) => {
  const all = [
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll('input, textarea')].map((one) => one.value),
    ...[localStorage, sessionStorage].flatMap((store) => Object.entries(store).flat()),
  ]
  // Nothing of this program keeps a cache or a database in the page: one that is there would be of a session.
  const kept = (await caches.keys()).length + (await indexedDB.databases()).length
  return all.filter((one) => String(one).includes(wanted)).length + kept
}`

/** @returns how many places still hold what the citizen typed: document, storage, caches, and the heap of the page */
export async function leftOf(page: Page, cdp: CDPSession, text: string): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  let heap = ''
  let found = 0
  const take = ({ chunk }: { chunk: string }) => {
    // A piece may end in the middle of the text.
    const joined = heap + chunk
    if (joined.includes(text)) found = 1
    heap = joined.slice(-text.length)
  }
  cdp.on('HeapProfiler.addHeapSnapshotChunk', take)
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  cdp.off('HeapProfiler.addHeapSnapshotChunk', take)
  // Last: the question itself holds the text, and stays in the heap.
  const inPage = z.number().parse(await page.evaluate(`(${lookForText})(${JSON.stringify(text)})`))
  return inPage + found
}
