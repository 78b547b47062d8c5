/** What can be pressed on the screen now, for somebody who works by switches. */

export interface Group {
  /** what is marked while the group is passed as one */
  whole: HTMLElement
  items: HTMLElement[]
}

/** Fields are left out: each has a keyboard on the screen, which is pressed key by key. */
const pressable = 'button:not(:disabled), summary, select:not(:disabled), a[href]'
const together = '[data-switch-group], [role="group"]'

/** What the mark moves in: a question that stands over everything, or the screen. */
export function sceneOf(page: Document): HTMLElement | undefined {
  const found =
    page.querySelector<HTMLElement>('dialog[open]') ?? page.querySelector<HTMLElement>('[data-screen]')
  return found ?? undefined
}

/** @returns the groups in the order of reading; what every screen has (languages, leaving) comes last */
export function groupsOf(page: Document): Group[] {
  const dialog = page.querySelector('dialog[open]')
  const roots = dialog ? [dialog] : [...page.querySelectorAll('main, header')].toSorted(mainFirst)
  const groups: Group[] = []
  for (const root of roots)
    for (const element of root.querySelectorAll<HTMLElement>(pressable)) {
      if (!isSeen(element)) continue
      const whole = element.closest<HTMLElement>(together)
      const last = groups.at(-1)
      if (whole && last?.whole === whole) last.items.push(element)
      else groups.push({ whole: whole ?? element, items: [element] })
    }
  return groups
}

const mainFirst = (one: Element, other: Element) =>
  Number(other.matches('main')) - Number(one.matches('main'))

const isSeen = (element: Element) => element.checkVisibility({ visibilityProperty: true })

/** A list of choices cannot be opened from here; it goes on to its next one. */
export function press(element: HTMLElement): void {
  element.focus()
  if (!(element instanceof HTMLSelectElement)) return element.click()
  const choices = [...element.options].filter(({ disabled }) => !disabled)
  const at = choices.findIndex(({ selected }) => selected)
  const next = choices[(at + 1) % choices.length]
  if (next) element.value = next.value
  element.dispatchEvent(new Event('change', { bubbles: true }))
}
