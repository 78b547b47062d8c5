/** Starts the kiosk of the demonstration in the shell that this machine can have: Electron, or the browser shell. */
import { z } from 'zod'
import { StartFailure, type ChildProcesses, type RunningChild } from './child-processes.ts'

interface KioskOptions {
  data: string
  port: number
  issuer: string
  commission: string | undefined
  panel: string
  pcscSocket: string | undefined
  /** path of Electron's program, where it is to be used */
  electron: string | undefined
  /** the virtual camera's picture file */
  cameraFile: string
}

export interface KioskShell {
  shell: 'electron' | 'browser'
  child: RunningChild<{ url: string }>
}

const zReady = z.object({ url: z.string() })

/**
 * Electron needs libraries that a server does not have, and its program may be there all the same: if it ends before its
 * window stands, the browser shell takes over, on the same data.
 * @throws Error - if the browser shell does not come up either
 */
export async function startKiosk(children: ChildProcesses, options: KioskOptions): Promise<KioskShell> {
  const env: Record<string, string> = options.pcscSocket ? { PCSCLITE_CSOCK_NAME: options.pcscSocket } : {}
  const common = { name: 'kiosk', ready: zReady, env }
  if (options.electron) {
    try {
      const child = await children.start({
        ...common,
        path: 'main/shell/electron/main',
        args: [...hostArguments(options), ...electronSwitches(options.cameraFile, process.getuid?.() === 0)],
        runtime: options.electron,
        deadlineMs: 40_000,
      })
      return { shell: 'electron', child }
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error
      process.stderr.write(
        `Electron did not start here (exit code ${error.exitCode ?? 'none'}): going on with the browser shell.\n`,
      )
    }
  }
  const child = await children.start({
    ...common,
    path: 'main/shell/browser/main',
    args: [...hostArguments(options), '--port', String(options.port)],
  })
  return { shell: 'browser', child }
}

type Told = Pick<KioskOptions, 'data' | 'panel' | 'issuer' | 'commission'>

/** @returns the arguments; a code is random and may begin with a dash, so it stands behind `=` */
export function hostArguments({ data, panel, issuer, commission }: Told): string[] {
  return [
    ...['--data', data, '--demo', '--panel', panel],
    ...(commission ? ['--issuer', issuer, `--commission=${commission}`] : []),
  ]
}

/** @returns what Chromium inside Electron is told: the virtual camera in place of a real one */
export function electronSwitches(cameraFile: string, asRoot: boolean): string[] {
  return [
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${cameraFile}`,
    // Chromium refuses to run as root with its sandbox; a kiosk never runs as root, a build machine may.
    ...(asRoot ? ['--no-sandbox'] : []),
  ]
}
