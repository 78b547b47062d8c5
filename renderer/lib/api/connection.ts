/** Whether the page reaches its host. In both shells the host is on this machine: "unreachable" means it has died. */

export type ConnectionState = 'connecting' | 'open' | 'unreachable'

/** Svelte's store contract: use it as `$connection` in a component. */
export interface Readable<T> {
  /** Calls `run` at once with the present value and again on each change. Returns the way to stop. */
  subscribe(run: (value: T) => void): () => void
  get(): T
}

export interface Connection extends Readable<ConnectionState> {
  /** what the transport says; a loss shorter than the patience shows as `connecting` only */
  report(up: boolean): void
  stop(): void
}

/** @param patienceMs how long the host may be away before the page says so */
export function createConnection(patienceMs: number): Connection {
  let state: ConnectionState = 'connecting'
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<(value: ConnectionState) => void>()

  function become(next: ConnectionState): void {
    if (next === state) return
    state = next
    for (const listener of listeners) listener(state)
  }
  function wait(): void {
    timer ??= setTimeout(() => become('unreachable'), patienceMs)
  }
  function stop(): void {
    clearTimeout(timer)
    timer = undefined
  }
  wait()

  return {
    get: () => state,
    subscribe(run) {
      listeners.add(run)
      run(state)
      return () => listeners.delete(run)
    },
    report(up) {
      if (up) {
        stop()
        become('open')
      } else {
        if (state === 'open') become('connecting')
        wait()
      }
    },
    stop,
  }
}
