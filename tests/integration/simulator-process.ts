/** Starts a simulator as the launcher does, and calls its control port. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export interface Simulator {
  url: string
  pid: number
  /** the whole ready line */
  ready: Record<string, unknown>
  call(path: string, body?: unknown): Promise<Response>
  /** As `call`; a refusal fails the test. */
  post(path: string, body?: unknown): Promise<unknown>
  stop(signal?: NodeJS.Signals): Promise<void>
}

const zReady = z.looseObject({ ready: z.string(), url: z.url() })

/** @param name folder below hardware/simulators */
export async function startSimulator(name: string, args: readonly string[]): Promise<Simulator> {
  const file = fileURLToPath(new URL(`../../hardware/simulators/${name}/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [file, ...args, '--parent', String(process.pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready`)))
  })
  const ready = zReady.parse(JSON.parse(line))
  const call = (path: string, body: unknown = {}) =>
    fetch(`${ready.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return {
    url: ready.url,
    pid: child.pid ?? 0,
    ready,
    call,
    async post(path, body) {
      const response = await call(path, body)
      if (!response.ok) throw new Error(`${name}${path}: ${await response.text()}`)
      return response.json()
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}
