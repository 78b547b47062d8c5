/** One hint at a time over the live portrait, and none that flickers. A pure state; the time is given. */
import type { PortraitFinding } from '../../../picture/judge-portrait.ts'

/** `looking` until something was seen, `good` when nothing is to be changed */
export type PortraitHint = PortraitFinding | 'good' | 'looking'

/** how long something else must be seen before the hint changes, ms; good news comes sooner */
const steadyMs = 700
const goodMs = 300

export function createPortraitHint(): (finding: PortraitFinding | undefined, at: number) => PortraitHint {
  let shown: PortraitHint = 'looking'
  let next: { hint: PortraitHint; at: number } | undefined
  return (finding, at) => {
    const hint = finding ?? 'good'
    if (hint === shown) next = undefined
    else if (next?.hint !== hint) next = { hint, at }
    if (next && (shown === 'looking' || at - next.at >= (hint === 'good' ? goodMs : steadyMs))) {
      shown = next.hint
      next = undefined
    }
    return shown
  }
}
