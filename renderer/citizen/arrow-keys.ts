/** Choices that stand together are gone through with the arrow keys, too, besides Tab. */
import { arrowTo } from './arrow-step.ts'

/** An action for the element around the choices. */
export function arrowKeys(list: HTMLElement): { destroy: () => void } {
  function take(event: KeyboardEvent): void {
    const choices = [...list.querySelectorAll<HTMLElement>('button:not(:disabled)')]
    const to = arrowTo(
      event.key,
      choices.length,
      choices.findIndex((one) => one === document.activeElement),
    )
    if (to === undefined) return
    event.preventDefault()
    choices[to]?.focus()
  }
  list.addEventListener('keydown', take)
  return { destroy: () => list.removeEventListener('keydown', take) }
}
