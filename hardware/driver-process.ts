/**
 * A driver that can block or crash lives in a process of its own. How that process is started depends on the shell:
 * plain Node forks, Electron uses its utility process. Drivers see only what is here.
 */
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface DriverProcess {
  send(message: object): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, however the process ended. */
  onExit(listener: () => void): void
  /** Ends it at once, also when it is blocked in a native call. */
  kill(): void
}

export type SpawnDriver = (file: string, env: Readonly<Record<string, string>>) => DriverProcess

/** The way of plain Node. What the driver prints goes to our stderr. */
export const forkDriver: SpawnDriver = (file, env) => {
  const child = fork(file, [], { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2, 'ipc'] })
  let over = false
  return {
    send: (message) => {
      // A child that is just dying refuses what is sent; its end is told by onExit.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      const end = () => {
        if (over) return
        over = true
        listener()
      }
      child.once('exit', end)
      child.once('error', end)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** @returns the file beside `from` in the same form: source beside source, built beside built */
export function besideFile(from: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(from)}`, from))
}

/**
 * The driver's end of the line, inside the process: Electron's parent port or Node's own channel. When the parent is
 * gone the process kills itself, because a normal exit would wait for a thread that is blocked in a native call.
 */
export function parentLine(onMessage: (message: unknown) => void): { send(message: object): void } {
  const electron = zParentPort(Reflect.get(process, 'parentPort'))
  if (electron) {
    electron.on('message', (event) => onMessage(event.data))
    return { send: (message) => electron.postMessage(message) }
  }
  const die = () => void process.kill(process.pid, 'SIGKILL')
  process.on('message', onMessage)
  process.on('disconnect', die)
  // A parent that was killed is seen here first when there is just something to say: no reason for a stack trace.
  return { send: (message) => void process.send?.(message, (error: Error | null) => error && die()) }
}

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

function zParentPort(port: unknown): ParentPort | undefined {
  const isPort = (value: unknown): value is ParentPort =>
    typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value
  return isPort(port) ? port : undefined
}
