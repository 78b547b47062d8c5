/** What happens when the page's process ends by itself. The queue is the host's and is not touched by it. */
import type { WebContents } from 'electron'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'

const windowMs = 5 * 60_000
const most = 3

/** @param times of the crashes so far, in ms, the last one now @returns to load the page again, or to start anew */
export function afterCrash(times: readonly number[]): 'reload' | 'relaunch' {
  const last = times.at(-1) ?? 0
  return times.filter((time) => last - time < windowMs).length >= most ? 'relaunch' : 'reload'
}

interface CrashGuard {
  clock: Clock
  log: Log
  reload(): void
  relaunch(): void
}

export function guardCrashes(contents: WebContents, { clock, log, reload, relaunch }: CrashGuard): void {
  const times: number[] = []
  const crashed = (reason: string) => {
    times.push(clock.now())
    const step = afterCrash(times)
    log('shell.page-gone', { reason, step })
    if (step === 'reload') reload()
    else relaunch()
  }
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') crashed(reason)
  })
  contents.on('unresponsive', () => contents.forcefullyCrashRenderer())
}
