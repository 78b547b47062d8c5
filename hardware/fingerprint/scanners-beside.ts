/** The scanners beside the one that is used: looked for by themselves, so that a service that hangs holds up nothing. */
import type { AskOptions, Scanner } from './ask-service.ts'
import { findAllScanners } from './find-scanner.ts'

interface Parts {
  ask: () => Promise<AskOptions>
  now: () => number
  everyMs: number
  /** what was proven so long ago is proven once more, ms */
  proofHoldsMs: number
  /** a scanner that captures is not to be disturbed */
  isPaused: () => boolean
  onChange: () => void
}

export interface ScannersBeside {
  /** all that were found last, except the one with this serial number */
  of(used: string | undefined): readonly Scanner[]
  /** It is not there any more, or is seen from now on by somebody else. */
  forget(serial: string): void
  remember(scanner: Scanner): void
  close(): void
}

export function watchScannersBeside({
  ask,
  now,
  everyMs,
  proofHoldsMs,
  isPaused,
  onChange,
}: Parts): ScannersBeside {
  let found: readonly Scanner[] = []
  let provenAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function look(): Promise<void> {
    if (!isPaused()) {
      const holds = now() - provenAt < proofHoldsMs
      if (!holds) provenAt = now()
      const seen = await findAllScanners({ ...(await ask()), known: undefined }, holds ? found : [])
      if (closed) return
      // What was asked before a capture and answers in it says nothing.
      if (!isPaused()) found = seen
      onChange()
    }
    timer = setTimeout(() => void look(), everyMs)
  }
  void look()

  const forget = (serial: string) => {
    found = found.filter((one) => one.serial !== serial)
  }
  return {
    of: (used) => found.filter(({ serial }) => serial !== used),
    forget,
    remember(scanner) {
      forget(scanner.serial)
      found = [...found, scanner]
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
