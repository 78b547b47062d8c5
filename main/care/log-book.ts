/** The last technical messages, in memory: what was said before a restart is in the system's journal. */
import type { LogLine } from '../api/z-care.ts'
import { instant, type Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** About an hour of a kiosk in trouble. */
const most = 500
/** A message is a name and figures; whatever is longer is cut. */
const longest = 200

export interface LogBook {
  log: Log
  /** the newest first */
  lines(): readonly LogLine[]
}

/** @param passOn where messages go besides */
export function createLogBook(clock: Clock, passOn: Log): LogBook {
  const lines: LogLine[] = []
  return {
    log(event, facts) {
      lines.push({ at: instant(clock), event: event.slice(0, longest), ...(facts && { facts }) })
      if (lines.length > most) lines.shift()
      passOn(event, facts)
    },
    lines: () => lines.toReversed(),
  }
}
