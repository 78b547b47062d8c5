/** Random visits at the self-service door: what a citizen must pass, what was typed, and what is asked of the host. */
import { expect, type Page } from '@playwright/test'
import {
  card,
  handOver,
  offer,
  pairing,
  question,
  revealed,
  somebody,
  ticket,
} from '../screens/citizen-figures.ts'
import type { Path, Stage } from '../screens/stage.ts'
import { chosen, standing, touch, type Deed, type Random } from './walk.ts'

/** What must have been seen in the same visit before a screen may stand there. */
const passed: Record<string, readonly string[]> = {
  'citizen-identify': ['citizen-consent'],
  'citizen-card': ['citizen-consent', 'citizen-identify'],
  'citizen-ticket': ['citizen-consent', 'citizen-identify'],
  'citizen-finger': ['citizen-consent', 'citizen-identify'],
  'citizen-officer': ['citizen-consent', 'citizen-identify', 'citizen-finger'],
  // The finger is asked of everybody in these visits.
  'citizen-offer': ['citizen-consent', 'citizen-identify', 'citizen-finger'],
  'citizen-phone-why': ['citizen-consent', 'citizen-identify', 'citizen-finger'],
  'citizen-phone-pair': ['citizen-phone-why'],
  'citizen-phone-mark': ['citizen-phone-pair'],
  'citizen-hand-over': ['citizen-phone-mark'],
  'citizen-reveal': ['citizen-ask'],
  'citizen-revealed': ['citizen-reveal'],
}
/** Orders that must not be given again while the host still works on the first. */
const orders: readonly Path[] = [
  'citizen.offer',
  'citizen.identifyBySlip',
  'citizen.pair',
  'citizen.paired',
  'citizen.queueReissue',
  'citizen.handOver',
  'citizen.received',
  'citizen.requestPresentation',
  'citizen.verifyPresentation',
  'citizen.vouch',
]

/** A host that answers only when it is told to, so that impatience meets every wait. */
export function slowHost(stage: Stage, random: Random): void {
  const some = <T>(...list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0]
  const check = { state: 'finger', finger: 'Right IndexFinger' } as const
  const who = () =>
    somebody(some('ready', 'collected', 'queued', 'rejected'), { check, phone: some('offer', 'queue') })
  stage.later('citizen.identifyByCard', who)
  stage.later('citizen.identifyBySlip', who)
  stage.later('citizen.showCard', () => card)
  stage.tell('citizen.checkFinger', { kind: 'finger', status: 'needed' })
  stage.later('citizen.offer', () => offer())
  stage.answer('citizen.offerState', { state: 'waiting' })
  stage.later('citizen.pair', pairing)
  stage.later('citizen.paired', () => ({ mark: 'K7QP', waiting: some(true, false) }))
  stage.later('citizen.queueReissue', ticket)
  stage.later('citizen.handOver', handOver)
  stage.later('citizen.received', () => null)
  stage.later('citizen.requestPresentation', question)
  stage.later('citizen.verifyPresentation', () => revealed(false))
  stage.answer('citizen.collectPresentation', null)
  stage.later('citizen.callOfficer', () => null)
}

interface Walk {
  page: Page
  stage: Stage
  random: Random
}
const field = '[data-screen="citizen-identify"] form input'

/**
 * @param steps how many things are done, one after the other
 * @returns how often each screen was come to, so that a walk that goes nowhere is seen
 */
export async function walkVisits(walk: Walk, steps: number): Promise<Map<string, number>> {
  const { page, stage, random } = walk
  const come = new Map<string, number>()
  let seen = new Set<string>()
  /** of the slip's number, as it stood when it was last seen in this visit */
  let typed = ''
  const trail: string[] = []
  let { buttons, screens } = await standing(page, field)
  /** orders that nobody waits for any more: who went elsewhere, or would not wait, may give them again */
  let givenUp = countOrders(stage)

  for (let step = 0; step < steps; step += 1) {
    const deed = chosen(random, deedsNow(walk, buttons))
    await deed?.do()
    trail.push(deed?.name ?? '')
    const way = `after ${trail.slice(-12).join(', ')}`
    const now = await standing(page, field)
    buttons = now.buttons
    for (const name of now.screens) {
      if (name === 'citizen-welcome') [seen, typed] = [new Set(), '']
      for (const needed of passed[name] ?? [])
        expect(seen, `${name} without ${needed}, ${way}`).toContain(needed)
      if (name !== screens.at(-1)) come.set(name, (come.get(name) ?? 0) + 1)
      seen.add(name)
    }
    const counts = countOrders(stage)
    const moved = now.screens.length > 1 || now.screens[0] !== screens.at(-1)
    for (const order of orders) {
      const [before, after] = [givenUp.get(order) ?? 0, counts.get(order) ?? 0]
      expect(after - Math.min(before, after), `${order} twice, ${way}`).toBeLessThan(2)
    }
    if (moved || notToWait.some((words) => deed?.name.includes(words))) givenUp = counts
    screens = now.screens
    if (now.typed === null) continue
    if (!deed?.types) expect(now.typed, `what was typed, ${way}`).toBe(typed)
    typed = now.typed
  }
  return come
}

/** Forward more often than back, and the end of a visit seldom: a walk shall come far, and be turned back on its way. */
function deedsNow({ page, stage, random }: Walk, buttons: readonly string[]): Deed[] {
  const touches = buttons.map((name, at) => {
    const twice = random() < 0.3
    const isKey = name.length === 1 || /^(Delete|བསུབ|मेटाउ)/.test(name)
    // The way to the staff's door leads out of what is walked here.
    const out = name === 'I work here'
    const weight = out ? 0 : isKey ? 0.1 : at < buttons.length / 2 ? 0.7 : 2.5
    return {
      name: `${twice ? 'twice ' : ''}"${name}"`,
      weight,
      types: isKey,
      do: () => touch(page, at, twice),
    }
  })
  const at = (deed: () => unknown) => async () => void deed()
  return [
    ...touches,
    {
      name: 'the host answers',
      weight: 4 * Math.min(2, stage.waiting().length),
      do: at(() => stage.release()),
    },
    {
      name: 'the finger is known',
      weight: 1.5,
      do: at(() => stage.emit('citizen.checkFinger', { kind: 'match' })),
    },
    {
      ...{ name: 'a code is held up', weight: 0.8 },
      do: at(() => stage.emit('devices.scannedCodes', { text: 'btkiosk:holder:1:of-a-walk' })),
    },
    { name: 'Escape', weight: 0.3, do: () => page.keyboard.press('Escape') },
    { name: 'nobody for 25 s', weight: 0.3, do: () => page.clock.fastForward(25_000) },
    { name: 'nobody for 61 s', weight: 0.15, do: () => page.clock.fastForward(61_000) },
    { name: 'a number is typed', weight: 1, types: true, do: () => typeSlip(page) },
  ]
}

const notToWait = ['Do not wait', 'མ་སྒུག', 'नपर्खनुहोस्']

/** @returns how many of each order the host has not answered yet */
function countOrders(stage: Stage): Map<string, number> {
  const waiting = stage.waiting()
  return new Map(orders.map((order) => [order, waiting.filter((one) => one === order).length]))
}

/** A whole number at once: key by key a walk would hardly ever come to its end. */
async function typeSlip(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const field = document.querySelector('${field}')
    if (!field || document.querySelector('dialog[open]')) return
    field.value = '01M87QCB9CJZQSXPJ8GGAX9701'
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })()`)
}
