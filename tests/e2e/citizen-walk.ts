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
import { buttonsNow, chosen, screenNow, touch, type Deed, type Random } from './walk.ts'

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
  screensSince: () => Promise<string[]>
}

/** @returns how often each screen was stood before, so that a walk that goes nowhere is seen */
export async function walkVisits({ page, stage, random, screensSince }: Walk, steps: number) {
  const stood = new Map<string, number>()
  let seen = new Set<string>()
  /** of the slip's number, as it stood when it was last seen in this visit */
  let typed: string | undefined
  const trail: string[] = []

  for (let step = 0; step < steps; step += 1) {
    const buttons = await buttonsNow(page)
    const deeds: Deed[] = [
      ...buttons.map((name, at): Deed => {
        const twice = random() < 0.3
        const leaves = /clear|stop|finish|leave|English|རྫོང་ཁ|नेपाली|works here/i.test(name)
        const isKey = name.length === 1
        const weight = isKey ? 0.15 : leaves ? 0.35 : 1.5
        return { name: `${twice ? 'twice ' : ''}"${name}"`, weight, do: () => touch(page, at, twice) }
      }),
      {
        name: 'the host answers',
        weight: 3 * Math.min(2, stage.waiting().length),
        do: async () => void stage.release(),
      },
      {
        name: 'the finger is known',
        weight: 1,
        do: async () => stage.emit('citizen.checkFinger', { kind: 'match' }),
      },
      {
        name: 'a code is held up',
        weight: 1,
        do: async () => stage.emit('devices.scannedCodes', { text: 'btkiosk:holder:1:of-a-walk' }),
      },
      { name: 'Escape', weight: 0.4, do: () => page.keyboard.press('Escape') },
      { name: 'nobody for 25 s', weight: 0.5, do: () => page.clock.fastForward(25_000) },
      { name: 'nobody for 61 s', weight: 0.3, do: () => page.clock.fastForward(61_000) },
      { name: 'a number is typed', weight: 1, do: () => typeSlip(page) },
    ]
    const deed = chosen(random, deeds)
    await deed?.do()
    trail.push(deed?.name ?? '')
    await page.evaluate('new Promise((done) => setTimeout(done, 30))')
    const way = `after ${trail.slice(-12).join(', ')}`

    for (const name of await screensSince()) {
      stood.set(name, (stood.get(name) ?? 0) + 1)
      if (name === 'citizen-welcome') {
        seen = new Set()
        typed = undefined
      }
      for (const needed of passed[name] ?? [])
        expect(seen, `${name} without ${needed}, ${way}`).toContain(needed)
      seen.add(name)
    }
    const now = await screenNow(page)
    for (const needed of passed[now] ?? []) expect(seen, `${now} without ${needed}, ${way}`).toContain(needed)
    seen.add(now)

    const waiting = stage.waiting()
    for (const order of orders)
      expect(waiting.filter((one) => one === order).length, `${order} twice, ${way}`).toBeLessThanOrEqual(1)

    const value = await typedNow(page)
    if (value === undefined) continue
    const byKey = /^(twice )?"(.|Delete)"$/.test(deed?.name ?? '') || deed?.name === 'a number is typed'
    if (!byKey) expect(value, `what was typed, ${way}`).toBe(typed ?? '')
    typed = value
  }
  return stood
}

const typedNow = (page: Page): Promise<string | undefined> =>
  page.evaluate<string | undefined>(
    `document.querySelector('[data-screen="citizen-identify"] form input')?.value`,
  )

/** A whole number at once: key by key a walk would hardly ever come to its end. */
async function typeSlip(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const field = document.querySelector('[data-screen="citizen-identify"] form input')
    if (!field || document.querySelector('dialog[open]')) return
    field.value = '01M87QCB9CJZQSXPJ8GGAX9701'
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })()`)
}
