/** Sends the status list to every kiosk: soon after something was revoked, and a few times a day so that its age means something. */

export interface StatusPublisher {
  /** something was revoked */
  changed(): void
  /** what was begun is finished, nothing new is */
  close(): Promise<void>
}

export interface StatusPublisherOptions {
  /** makes and sends the list of now */
  publish(): Promise<void>
  onProblem(event: string): void
  /** Versions are whole seconds, so two lists must be more than one apart; many revocations share one list. */
  soonMs?: number
  /** also how soon it is tried again after a failure, at the latest */
  everyMs?: number
}

export function createStatusPublisher(options: StatusPublisherOptions): StatusPublisher {
  const { publish, onProblem, soonMs = 2_000, everyMs = 6 * 3_600_000 } = options
  let soon: ReturnType<typeof setTimeout> | undefined
  let work: Promise<void> = Promise.resolve()
  let closed = false

  function send(): void {
    soon = undefined
    work = work.then(publish).catch((error: unknown) => {
      onProblem(`status list not published: ${error instanceof Error ? error.name : 'unknown'}`)
      changed(Math.min(60_000, everyMs))
    })
  }
  function changed(inMs = soonMs): void {
    if (!closed) soon ??= setTimeout(send, inMs)
  }
  const timer = setInterval(() => changed(), everyMs)

  return {
    changed: () => changed(),
    async close() {
      closed = true
      clearInterval(timer)
      clearTimeout(soon)
      await work
    },
  }
}
