/** Whether everything that stands on a screen can be seen: nothing sideways, nothing cut, nothing under something else. */
import type { Page } from '@playwright/test'

/** What is looked for: the screen as it stands, or with text twice as large, where it may be longer than the glass. */
export type FitOf = 'as it is' | 'twice as large'

/** @returns one line for each thing that does not fit, in words */
export async function misfits(page: Page, of: FitOf = 'as it is'): Promise<string[]> {
  return page.evaluate<string[]>(`(${lookOver})(${JSON.stringify(of)})`)
}

/** Runs in the page. A text may be cut on purpose where it says so by an ellipsis and its whole stands in a title. */
const lookOver = `(of) => {
  const found = new Set()
  const slack = 1.5
  const wide = innerWidth
  if (document.documentElement.scrollWidth > wide + 1) found.add('the page is wider than the glass by ' + (document.documentElement.scrollWidth - wide) + ' px')
  const citizen = document.querySelector('.kiosk') !== null
  if (citizen && of === 'as it is' && document.documentElement.scrollHeight > innerHeight + 1) found.add('a citizen has to scroll ' + (document.documentElement.scrollHeight - innerHeight) + ' px')
  const dialog = document.querySelector('dialog[open]')
  const root = dialog ?? document.body
  const name = (one) => (one.textContent ?? '').trim().replace(/\\s+/g, ' ').slice(0, 50)
  const visible = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const hidden = (style) => style.clipPath !== 'none' || style.clip !== 'auto'
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const holder = node.parentElement
    if (!holder || node.data.trim() === '' || !visible(holder)) continue
    if (holder.closest('svg, option, select, script, style, noscript')) continue
    let clip
    let out = false
    for (let one = holder; one && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one)
      if (hidden(style)) { out = true; break }
      if (!clip && (style.overflowX !== 'visible' || style.overflowY !== 'visible') && one !== document.body) clip = { one, style }
    }
    if (out) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue
      if (box.left < -slack || box.right > wide + slack) {
        if (!clip || !/auto|scroll/.test(clip.style.overflowX)) found.add('beyond the glass: ' + name(holder))
      }
      const frame = holder.closest('button, a, td, th, li, label')
      if (frame) {
        const edge = frame.getBoundingClientRect()
        if (box.right > edge.right + slack + 1 || box.left < edge.left - slack - 1) found.add('wider than what holds it: ' + name(holder))
      }
      if (clip) {
        const edge = clip.one.getBoundingClientRect()
        const sideways = /hidden|clip/.test(clip.style.overflowX) && (box.right > edge.right + slack || box.left < edge.left - slack)
        const below = /hidden|clip/.test(clip.style.overflowY) && box.bottom > edge.bottom + 0.35 * box.height
        if ((sideways || below) && clip.style.textOverflow !== 'ellipsis') found.add('cut: ' + name(holder))
      }
    }
  }
  const foot = document.querySelector('footer')
  if (foot && !dialog && citizen && of === 'as it is') {
    const edge = foot.getBoundingClientRect()
    for (const one of document.querySelectorAll('[data-screen] button, [data-screen] input, [data-screen] select')) {
      if (!visible(one)) continue
      const box = one.getBoundingClientRect()
      const over = Math.min(box.bottom, edge.bottom) - Math.max(box.top, edge.top)
      if (over > slack && box.right > edge.left && box.left < edge.right) found.add('under the status bar: ' + name(one))
    }
  }
  // What stays in sight while a page is scrolled lies over what it passes.
  const stays = (one) => { for (let at = one; at; at = at.parentElement) if (/sticky|fixed/.test(getComputedStyle(at).position)) return true; return false }
  const targets = [...root.querySelectorAll('button, a[href], input, select')].filter((one) => visible(one) && !stays(one))
  for (const one of targets) {
    const box = one.getBoundingClientRect()
    for (const other of targets) {
      if (one === other || one.contains(other) || other.contains(one)) continue
      const next = other.getBoundingClientRect()
      const across = Math.min(box.right, next.right) - Math.max(box.left, next.left)
      const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top)
      if (across > 3 && down > 3 && one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING && !one.closest('footer, header') && !other.closest('footer, header')) found.add('one on the other: ' + name(one) + ' / ' + name(other))
    }
  }
  return [...found]
}`
