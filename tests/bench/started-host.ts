/** A host process from its start to its ready line, and what it costs. */
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const zReady = z.object({ url: z.url() })

export interface StartedHost {
  url: string
  readyMs: number
  /** resident memory now, in MB */
  memoryMb(): number
  end(): Promise<void>
}

/** @param program file for Node @param startedAt on the clock of `performance` */
export async function startHost(
  program: string,
  args: readonly string[],
  startedAt: number,
): Promise<StartedHost> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data.toString()).slice(-2_000)))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', () => reject(new Error(`The host ended before it was ready:\n${errors}`)))
  })
  return {
    url: zReady.parse(JSON.parse(first)).url,
    readyMs: performance.now() - startedAt,
    memoryMb: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024,
    async end() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
