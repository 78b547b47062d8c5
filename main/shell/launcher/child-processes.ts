/**
 * Starts the programs of the demonstration and ends them again. A program is ready when it has printed its one line
 * of JSON (docs/processes.md); what it logs goes through to our stderr.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'

/** The programs run in the same form as this file: source beside source, built beside built. */
const extension = extname(import.meta.url)

/** @param path from the project's top, without extension @returns the file that runs it */
export function program(path: string): string {
  return fileURLToPath(new URL(`../../../${path}${extension}`, import.meta.url))
}

interface Start<T> {
  name: string
  /** as `program` takes it */
  path: string
  args: readonly string[]
  ready: z.ZodType<T>
  /** what runs the file; default this Node */
  runtime?: string
  env?: Record<string, string>
  deadlineMs?: number
}

export interface RunningChild<T> {
  ready: T
  process: ChildProcess
}

export class ChildProcesses {
  readonly #running: { name: string; process: ChildProcess }[] = []
  readonly #onUnexpectedEnd: (name: string, code: number | null) => void
  #closing = false

  /** @param onUnexpectedEnd called when a program ends that nobody told to */
  constructor(onUnexpectedEnd: (name: string, code: number | null) => void) {
    this.#onUnexpectedEnd = onUnexpectedEnd
  }

  /** Starts a program and waits for its ready line. @throws Error - if it ends or stays silent first */
  async start<T>(start: Start<T>): Promise<RunningChild<T>> {
    const { name, path, args, ready, env, runtime = process.execPath, deadlineMs = 40_000 } = start
    const child = spawn(runtime, [program(path), ...args, '--parent', String(process.pid)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    this.#running.push({ name, process: child })
    const lines = createInterface({ input: child.stdout })
    const first = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${name} was not ready after ${deadlineMs} ms`)),
        deadlineMs,
      )
      lines.once('line', (line) => (clearTimeout(timer), resolve(line)))
      child.once('error', (error) => (clearTimeout(timer), reject(error)))
      child.once('exit', (code) => (clearTimeout(timer), reject(new StartFailure(name, code))))
    })
    child.once('exit', (code) => {
      if (!this.#closing) this.#onUnexpectedEnd(name, code)
    })
    return { ready: ready.parse(JSON.parse(first)), process: child }
  }

  /** Ends everything, last started first; what does not go within 5 s is killed. */
  async close(): Promise<void> {
    this.#closing = true
    for (const { process: child } of this.#running.toReversed()) await end(child)
  }
}

/** A program that ended before it was ready, with its exit code. */
export class StartFailure extends Error {
  readonly exitCode: number | null
  constructor(name: string, exitCode: number | null) {
    super(`${name} ended before it was ready (exit code ${exitCode ?? 'none'})`)
    this.exitCode = exitCode
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(timer)
}
