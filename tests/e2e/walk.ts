/**
 * A person who does anything: touches whatever can be touched, some of it twice, goes back, changes the language, leaves and
 * comes back. What must hold whatever they do is checked after each step. The same seed walks the same way.
 */
import type { Page } from '@playwright/test'

export type Random = () => number

/** @returns numbers from 0 to 1, the same for the same seed (mulberry32) */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What can be done now, the more often the heavier. */
export interface Deed {
  name: string
  weight: number
  /** it may change what stands in a field */
  types?: boolean
  do: () => Promise<void>
}

export function chosen(random: Random, deeds: readonly Deed[]): Deed | undefined {
  let left = random() * deeds.reduce((sum, { weight }) => sum + weight, 0)
  return deeds.find(({ weight }) => (left -= weight) < 0) ?? deeds.at(-1)
}

/** Where to look for what can be touched: a question that stands over the screen is the only thing then. */
const touchable = `(() => {
  const root = document.querySelector('dialog[open]') ?? document.body
  return [...root.querySelectorAll('button')].filter((one) => one.checkVisibility() && !one.disabled && one.getAttribute('aria-disabled') !== 'true')
})()`

export interface Standing {
  /** what stands on each button that can be touched now, in the order of the page */
  buttons: string[]
  /** each screen that was shown since the last time, also for a moment only, and the one that is shown now */
  screens: string[]
  /** what stands in the field of that selector; null where there is none */
  typed: string | null
}

/** @param field selector of what is typed into @returns how the page stands once it has come to rest */
export const standing = (page: Page, field: string): Promise<Standing> =>
  page.evaluate<Standing>(`new Promise((done) => setTimeout(() => done({
    buttons: ${touchable}.map((one) => (one.getAttribute('aria-label') ?? one.textContent).trim().replace(/\\s+/g, ' ')),
    screens: [...window.screensSeen.splice(0), document.querySelector('[data-screen]')?.dataset.screen ?? ''],
    typed: document.querySelector(${JSON.stringify(field)})?.value ?? null,
  }), 20))`)

/** Touches the button at that place, twice within one blink where `twice`; one that is gone by then is not touched. */
export async function touch(page: Page, at: number, twice: boolean): Promise<void> {
  await page.evaluate(`(() => {
    const one = ${touchable}[${at}]
    one?.click()
    if (${twice}) one?.click()
  })()`)
}

/** To be called before the page is opened: keeps the name of each screen that is shown. */
export async function keepScreens(page: Page): Promise<void> {
  await page.addInitScript(`
    window.screensSeen = []
    let last
    const see = () => {
      const name = document.querySelector('[data-screen]')?.dataset.screen
      if (name && name !== last) screensSeen.push(last = name)
    }
    new MutationObserver(see).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-screen'] })`)
}
