/** The kiosk's window where Electron is not: the system's Chromium in kiosk mode, with a profile that is thrown away. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** @returns the path of the system's Chromium, or undefined */
export function findChromium(path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** @returns whether a window can be opened at all */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])
}

/**
 * A kiosk's own X session has no window manager, and then nobody makes the window as large as the screen.
 * @param told what `xrandr` or `xdpyinfo` printed @returns the screen's size as Chromium takes it: `width,height`
 */
export function screenSize(told: string): string | undefined {
  const [, width, height] = /(?:current|dimensions:)\s+(\d{3,5})\s?x\s?(\d{3,5})/.exec(told) ?? []
  return width && height ? `${width},${height}` : undefined
}

function askScreenSize(): string | undefined {
  if (!process.env['DISPLAY']) return undefined
  const answers = ['xrandr', 'xdpyinfo'].map((program) =>
    spawnSync(program, { encoding: 'utf8', timeout: 2_000 }),
  )
  return screenSize(answers.map(({ stdout }) => stdout ?? '').join('\n'))
}

interface Switches {
  url: string
  profile: string
  /** the virtual camera's picture file */
  cameraFile: string
  asRoot: boolean
  /** `width,height` of the screen, where it is known */
  size: string | undefined
}

/** @returns Chromium's switches: kiosk window, no traces, no talk of its own to the network, the virtual camera */
export function chromiumSwitches({ url, profile, cameraFile, asRoot, size }: Switches): string[] {
  return [
    `--user-data-dir=${profile}`,
    '--kiosk',
    ...(size ? ['--window-position=0,0', `--window-size=${size}`] : []),
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${cameraFile}`,
    // Chromium refuses to run as root with its sandbox; a kiosk never runs as root, a build machine may.
    ...(asRoot ? ['--no-sandbox'] : []),
    url,
  ]
}

export interface BrowserWindow {
  process: ChildProcess
  close(): void
}

/** Opens the window. The profile lives in a temporary folder and goes with it: a wipe leaves nothing on the disk. */
export function openBrowserWindow(chromium: string, url: string, cameraFile: string): BrowserWindow {
  const profile = mkdtempSync(join(tmpdir(), 'kiosk-window-'))
  const asRoot = process.getuid?.() === 0
  const switches = chromiumSwitches({ url, profile, cameraFile, asRoot, size: askScreenSize() })
  const child = spawn(chromium, switches, { stdio: 'ignore' })
  const forget = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  child.once('exit', forget)
  return { process: child, close: () => child.kill('SIGTERM') }
}
