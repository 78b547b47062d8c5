/** The helper program as a child: its lines as messages, our commands as lines. What it prints otherwise goes to stderr. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface HelperProcess {
  /** 0 if it could not be started */
  readonly pid: number
  /** @param line with its line end */
  send(line: string): void
  kill(): void
}

export interface HelperEvents {
  /** JSON of one line; undefined for a line that is none or is too long */
  onMessage(message: unknown): void
  /** Called once, however it ended. */
  onExit(): void
}

/** A picture of 2000 × 2000 in Base64, and what stands around it. */
const longestLine = 5_500_000

/** @returns the compiled helper of this installation, whether it is there or not */
export function helperProgram(): string {
  const beside = fileURLToPath(new URL('./fphelper', import.meta.url))
  // A program cannot be run out of Electron's archive; the package keeps it beside it.
  const unpacked = beside.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2')
  if (existsSync(unpacked)) return unpacked
  // Source files find it where the build has put it.
  return fileURLToPath(new URL('../../../dist/hardware/fingerprint/libfprint/fphelper', import.meta.url))
}

export type StartHelper = (
  program: string,
  env: Readonly<Record<string, string>>,
  events: HelperEvents,
) => HelperProcess

export const startHelper: StartHelper = (program, env, events) => {
  const child = spawn(program, [], {
    env: { ...withoutVirtual(process.env), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let pending: Buffer[] = []
  let size = 0
  let over = false
  const end = () => {
    if (over) return
    over = true
    events.onExit()
  }
  child.once('error', end)
  child.once('exit', end)
  // A helper that is just dying takes nothing more; its end is told by onExit.
  child.stdin.on('error', () => undefined)
  child.stdout.on('error', () => undefined)
  child.stdout.on('data', (chunk: Buffer) => {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, at))
      const line = Buffer.concat(pending)
      pending = []
      size = 0
      from = at + 1
      if (!over) events.onMessage(parse(line))
    }
    pending.push(chunk.subarray(from))
    size += chunk.length - from
    if (size <= longestLine) return
    pending = []
    size = 0
    if (!over) events.onMessage(undefined)
  })
  return {
    pid: child.pid ?? 0,
    send: (line) => void child.stdin.write(line),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** A scanner that is a file on the disk is only for whoever asks for it by name. */
function withoutVirtual(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith('FP_')))
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}
