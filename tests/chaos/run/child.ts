/** One process of the world: started, asked, killed without a word, started again. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { zReady } from './z-orders.ts'

export interface Child {
  /** Resolves when it runs and is ready. */
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
  const waiting = new Set<() => void>()
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
      for (const tell of waiting) tell()
      waiting.clear()
    })
    own.once('exit', (code) => {
      isUp = false
      for (const listener of [...heard]) listener(undefined)
      if (killed || over) return
      if (!mayEnd(code)) crashes.push(`${program.split('/').at(-1)} ended with ${code}: ${errors}`)
      again = setTimeout(launch, 100)
    })
  }
  launch()

  return {
    crashes,
    up: () => (isUp ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
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
