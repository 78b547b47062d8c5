/** `npm start`: the kiosk with an embedded issuer and simulated devices, in a window of its own. */
import { mkdirSync } from 'node:fs'
import { openBrowserWindow, findChromium, hasDisplay, type BrowserWindow } from './browser-window.ts'
import { startDemonstration, type Demonstration } from './demonstration.ts'
import { obtainElectron } from './obtain-electron.ts'
import { readOptions, type LauncherOptions } from './options.ts'
import { holdDataFolder } from '../data-folder-lock.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

async function run(options: LauncherOptions): Promise<void> {
  mkdirSync(options.data, { recursive: true, mode: 0o700 })
  const lock = holdDataFolder(options.data)
  if (!lock.held) {
    say(
      `A kiosk is already running on ${options.data} (process ${lock.pid}). Close it first, or use --data DIR.`,
    )
    process.exit(3)
  }
  const running: { window?: BrowserWindow; demonstration?: Demonstration } = {}
  let ending = false
  const end = async (code: number) => {
    if (ending) return
    ending = true
    running.window?.close()
    await running.demonstration?.close()
    lock.release()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0))

  const demonstration = await startDemonstration({
    data: options.data,
    port: options.port,
    electron: options.window && hasDisplay() ? await obtainElectron({ say }) : undefined,
    onUnexpectedEnd: (name, code) => {
      // Electron's kiosk ends in order when its window is closed.
      if (name === 'kiosk' && code === 0) return void end(0)
      say(`The ${name} ended by itself (exit code ${code ?? 'none'}): closing the demonstration.`)
      void end(1)
    },
  })
  running.demonstration = demonstration
  announce(demonstration, options)
  if (demonstration.shell === 'electron') return
  const chromium = findChromium()
  if (options.window && hasDisplay() && chromium) {
    running.window = openBrowserWindow(chromium, demonstration.kiosk, demonstration.cameraFile)
    running.window.process.once('exit', () => void end(0))
  } else if (options.window) {
    say('No display or no Chromium here: open the address above in a browser of this machine.')
  }
}

function announce(demonstration: Demonstration, { json }: LauncherOptions): void {
  const { shell, kiosk, issuer, panel, signIns, simulators, cameraFile, wallet, phonePage } = demonstration
  if (json) {
    const line = {
      ready: true,
      shell,
      kiosk,
      issuer,
      panel,
      signIns,
      simulators,
      cameraFile,
      wallet,
      phonePage: phonePage.url,
      ...(phonePage.network !== undefined && { phoneNetwork: phonePage.network }),
      pid: process.pid,
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
    return
  }
  const people = signIns.map(({ name, pin, role }) => `    ${role.padEnd(11)} ${name.padEnd(20)} PIN ${pin}`)
  process.stdout.write(
    [
      '',
      shell === 'browser' ? `  Kiosk            ${kiosk}   (opens once)` : '  Kiosk            in its window',
      `  Simulator panel  ${panel}`,
      `  Issuer           ${issuer}`,
      `  A phone          ${phonePage.url}   (in a second window)`,
      ...(phonePage.network === undefined
        ? []
        : [
            `                   ${phonePage.network}   (a real phone on this network: accept its certificate)`,
          ]),
      '  Sign in as',
      ...people,
      '',
      '  Ctrl-C ends everything.',
      '',
    ].join('\n'),
  )
}

const options = readOptions(process.argv.slice(2))
if (typeof options === 'string') {
  say(options)
  process.exit(2)
}
run(options).catch((error: unknown) => {
  say(`The demonstration could not start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
