/** Tells of each new screen, question and failure on the page, and of each button that is reached, to be read by itself. */

interface Followed {
  /** a screen came, or a question stood up, or a failure is told */
  onScreen: (root: Element) => void
  /** the focus came to it by keyboard or switch */
  onFocus: (control: Element) => void
}

/** What has to be heard now: a question over everything, a failure, or the screen. */
export const sceneOf = (page: Document): Element | null =>
  page.querySelector('dialog[open]') ?? page.querySelector('[data-screen]')

/** @param page what is watched @returns ends it */
export function followScreens(page: Document, { onScreen, onFocus }: Followed): () => void {
  let last: string | undefined
  function look(): void {
    const scene = sceneOf(page)
    const failure = page.querySelector('main [role="alert"]')
    const name = scene?.getAttribute('data-screen') ?? scene?.getAttribute('aria-labelledby') ?? ''
    const now = `${name} ${failure?.textContent ?? ''}`
    if (!scene || now === last) return
    last = now
    onScreen(scene)
  }
  function focused({ target }: FocusEvent): void {
    if (
      target instanceof Element &&
      target.matches('button:focus-visible, a:focus-visible, summary:focus-visible')
    )
      onFocus(target)
  }
  const watch = new MutationObserver(look)
  watch.observe(page.body, { subtree: true, childList: true, attributeFilter: ['open', 'data-screen'] })
  page.addEventListener('focusin', focused)
  look()
  return () => {
    watch.disconnect()
    page.removeEventListener('focusin', focused)
  }
}
