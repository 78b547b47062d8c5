/** Whether what a screen shows can be reached, read and touched, as the page itself measures it. */
import type { Page } from '@playwright/test'

/** Everything a hand may touch that is too small for it, with its width and height in CSS pixels. */
export const tooSmall = (page: Page) =>
  page.evaluate<string[]>(`
    [...document.querySelectorAll('.kiosk button, .kiosk summary, .kiosk input')]
      .map((one) => ({ what: one.textContent.trim(), box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < 63.5 || box.width < 63.5))
      .map(({ what, box }) => what + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))`)

/** How far the page is wider than the glass, CSS pixels. */
export const sideways = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')

/** What cannot be reached by scrolling: buttons under something else, and texts cut off by their own box. */
export const hidden = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const covered = [...document.querySelectorAll('.kiosk button:not(:disabled), .kiosk summary')].filter((one) => {
      one.scrollIntoView({ block: 'center' })
      const { x, y, width, height } = one.getBoundingClientRect()
      const top = document.elementFromPoint(x + width / 2, y + height / 2)
      return !(top && (one.contains(top) || top.contains(one)))
    })
    const cut = [...document.querySelectorAll('.kiosk *')].filter((one) =>
      getComputedStyle(one).overflowX !== 'visible' && one.childElementCount === 0 && one.scrollWidth > one.clientWidth + 1
        && one.clientWidth > 1 && one.tagName !== 'INPUT' && one.tagName !== 'VIDEO')
    scrollTo(0, 0)
    return [...covered.map((one) => 'covered: ' + one.textContent.trim()), ...cut.map((one) => 'cut: ' + one.textContent.trim())]
  })()`)

/** Every text twice as long, as it may be in another language; the second call makes it as it was. */
export const twiceAsLong = (page: Page, on: boolean) =>
  page.evaluate(`(() => {
    if (!${String(on)}) { for (const [node, text] of window.__single ?? []) node.data = text; window.__single = undefined; return }
    window.__single = []
    const walker = document.createTreeWalker(document.querySelector('.kiosk'), NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.data.trim() === '' || node.parentElement.closest('[translate="no"], [data-testid$="-text"], [data-testid$="-uri"]')) continue
      window.__single.push([node, node.data])
      node.data = node.data + ' ' + node.data
    }
  })()`)

/** What Tab comes to in another order than the eye: something that stands wholly before what Tab comes to earlier. */
export const outOfOrder = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = []
    for (const root of document.querySelectorAll('.kiosk header, .kiosk main')) {
      const stops = [...root.querySelectorAll('button:not(:disabled), summary, input, select, a[href]')]
        .filter((one) => one.checkVisibility())
      for (const one of stops) if (one.tabIndex > 0) found.push('tabindex: ' + one.textContent.trim())
      for (let at = 1; at < stops.length; at += 1) {
        const [before, after] = [stops[at - 1].getBoundingClientRect(), stops[at].getBoundingClientRect()]
        if (after.bottom <= before.top + 1 && after.left < before.right)
          found.push(stops[at - 1].textContent.trim() + ' before ' + stops[at].textContent.trim())
      }
    }
    return found
  })()`)

/** Whether the screen's heading, or what the screen is for, has the focus. */
export const focusIsInScreen = (page: Page) =>
  page.evaluate<boolean>(`document.activeElement?.closest('[data-screen]') !== null`)
