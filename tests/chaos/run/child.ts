/** One process of the world: started, asked, killed without a word, started again. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { zReady } from './z-orders.ts'

export interface Child {
  /** Resolves when it runs and is ready. @throws DoesNotStart - once it ended too often before it was */
  up(): Promise<void>
  tell(line: string): void
  /** @returns the next line that fits the schema and the test, or undefined once it has ended or the time is over */
  answer<T>(schema: z.ZodType<T>, fits?: (said: T) => boolean, withinMs?: number): Promise<T | undefined>
  /** SIGKILL; `between` is done while nothing runs; then it is started again. */
  kill(between: () => void): Promise<void>
  end(): Promise<void>
  /** how it ended when nobody had killed it */
  readonly crashes: string[]
}

/** A side that ends at each start, with nothing wrong around it: what it holds is lost to everybody. */
export class DoesNotStart extends Error {}

/** Starts in a row that may fail before a person would call it broken. */
const startsTried = 8

interface Options {
  program: string
  args: () => string[]
  env: Record<string, string>
  /** an end by itself that is right just now, as on a full disk */
  mayEnd: (code: number | null) => boolean
  onReady: (ready: { url?: string | undefined }) => void
}

export function startChild({ program, args, env, mayEnd, onReady }: Options): Child {
  const crashes: string[] = []
  const heard = new Set<(said: unknown) => void>()
  let child: ChildProcess | undefined
  let isUp = false
  let failedStarts = 0
  const waiting = new Map<() => void, (error: Error) => void>()
  let killed = false
  let over = false
  let gone: Promise<unknown> = Promise.resolve()
  let again: ReturnType<typeof setTimeout> | undefined

  function launch(): void {
    killed = false
    const own = spawn(process.execPath, [program, ...args()], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    child = own
    let errors = ''
    own.stdin.on('error', () => undefined)
    own.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-1_500)))
    gone = once(own, 'exit')
    createInterface({ input: own.stdout }).on('line', (line) => {
      const said = jsonOf(line)
      const ready = zReady.safeParse(said)
      if (!ready.success) return void (said && [...heard].forEach((listener) => listener(said)))
      if (killed || over || own.exitCode !== null) return
      onReady(ready.data)
      isUp = true
      failedStarts = 0
      for (const tell of waiting.keys()) tell()
      waiting.clear()
    })
    own.once('exit', (code) => {
      const wasUp = isUp
      isUp = false
      for (const listener of [...heard]) listener(undefined)
      if (killed || over) return
      if (!mayEnd(code) && !wasUp) failedStarts += 1
      if (!mayEnd(code)) crashes.push(`${program.split('/').at(-1)} ended with ${code}: ${errors}`)
      if (failedStarts < startsTried) return void (again = setTimeout(launch, 100))
      for (const give of waiting.values()) give(doesNotStart())
      waiting.clear()
    })
  }
  const doesNotStart = () => new DoesNotStart(crashes.at(-1))
  launch()

  return {
    crashes,
    up: () => {
      if (isUp) return Promise.resolve()
      if (failedStarts >= startsTried) return Promise.reject(doesNotStart())
      return new Promise((resolve, reject) => waiting.set(resolve, reject))
    },
    tell: (line) => void child?.stdin?.write(`${line}\n`),
    answer: (schema, fits = () => true, withinMs = 15_000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => finish(undefined), withinMs)
        const finish = (said: z.infer<typeof schema> | undefined) => {
          clearTimeout(timer)
          heard.delete(listen)
          resolve(said)
        }
        const listen = (said: unknown) => {
          if (said === undefined) return finish(undefined)
          const parsed = schema.safeParse(said)
          if (parsed.success && fits(parsed.data)) finish(parsed.data)
        }
        heard.add(listen)
      }),
    async kill(between) {
      killed = true
      isUp = false
      clearTimeout(again)
      child?.kill('SIGKILL')
      await gone
      between()
      if (!over) launch()
    },
    async end() {
      over = true
      clearTimeout(again)
      child?.kill('SIGKILL')
      await gone
    },
  }
}

/** What was cut short by the kill is no line. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
