/** The kiosk as an application of its own: the host, one window, and every wall around it. Reads like a list. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, ipcMain, Menu, protocol, safeStorage, session } from 'electron'
import { endWithOwner } from '../../../hardware/process-owner.ts'
import { systemClock } from '../../clock.ts'
import { eraseIfDecided } from '../../care/erase-data.ts'
import { loadConfig } from '../../config.ts'
import { createHost } from '../../host.ts'
import { logToStderr as log } from '../../log.ts'
import { holdDataFolder } from '../data-folder-lock.ts'
import { configOf, readHostOptions, type HostOptions } from '../host-options.ts'
import { rendererFolder } from '../renderer-folder.ts'
import { serveApi } from '../serve-api.ts'
import { guardCrashes } from './crash-policy.ts'
import { kioskScheme, serveScreens } from './kiosk-scheme.ts'
import { guardKeys } from './keys.ts'
import { guardDownloads, guardNavigation } from './navigation.ts'
import { guardNetwork } from './network.ts'
import { chooseCustody } from './os-custody.ts'
import { ownUrl } from './own-page.ts'
import { guardPermissions } from './permissions.ts'
import { servePage } from './serve-page.ts'
import { refusedSwitches } from './start-switches.ts'
import { partition, windowOptions } from './window-options.ts'

const installed = app.isPackaged

async function run(options: HostOptions): Promise<void> {
  const lock = holdDataFolder(options.data)
  if (!lock.held) return leave(`A kiosk is already running on ${options.data} (process ${lock.pid}).`, 3)
  process.once('exit', () => lock.release())
  await app.whenReady()

  await eraseIfDecided(options.data)
  const custody = await chooseCustody(safeStorage, {
    sealed: join(options.data, 'vault.key.sealed'),
    plain: join(options.data, 'vault.key'),
  })
  const host = await createHost({ config: loadConfig(configOf(options)), custody, log, onReset })
  closeBeforeQuitting(() => host.close())

  const memory = session.fromPartition(partition, { cache: false })
  serveScreens(memory, rendererFolder())
  guardPermissions(memory, log)
  guardNetwork(memory)
  guardDownloads(memory, log)

  const window = new BrowserWindow(windowOptions(preloadFile(), installed))
  const show = () => void window.loadURL(ownUrl)
  guardKeys(window.webContents)
  guardCrashes(window.webContents, { clock: systemClock, log, reload: show, relaunch })
  servePage(ipcMain, window.webContents, { accept: serveApi(host.services, log), log })
  window.once('ready-to-show', () => {
    window.show()
    process.stdout.write(`${JSON.stringify({ ready: 'kiosk', url: ownUrl })}\n`)
  })
  show()
}

function preloadFile(): string {
  return fileURLToPath(new URL('./preload.cjs', import.meta.url))
}

/** The databases and devices are closed before the process goes, whoever asked it to. */
function closeBeforeQuitting(close: () => Promise<void>): void {
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    closed = true
    void close().finally(() => app.quit())
  })
  endWithOwner(process.argv, close)
}

/** The screen is told first; the next process erases before it opens anything. */
const onReset = () => void setTimeout(relaunch, 1_000)

function relaunch(): void {
  app.relaunch()
  app.quit()
}

function leave(text: string, code: number): void {
  process.stderr.write(`${text}\n`)
  app.exit(code)
}

function start(): void {
  const args = process.argv.slice(installed ? 1 : 2)
  const refused = installed ? refusedSwitches(process.argv.slice(1)) : []
  if (refused.length > 0) return leave(`An installed kiosk does not start with ${refused.join(' ')}.`, 2)
  const options = readHostOptions(args, { passOver: true, data: join(app.getPath('userData'), 'data') })
  if (typeof options === 'string') return leave(options, 2)
  if (!app.requestSingleInstanceLock()) return leave('A kiosk is already running here.', 3)
  run(options).catch((error: unknown) => leave(error instanceof Error ? error.message : String(error), 1))
}

app.enableSandbox()
protocol.registerSchemesAsPrivileged([kioskScheme])
Menu.setApplicationMenu(null)
app.setAccessibilitySupportEnabled(true)
app.commandLine.appendSwitch('disable-pinch')
app.commandLine.appendSwitch('overscroll-history-navigation', '0')
app.on('web-contents-created', (_event, contents) => guardNavigation(contents, log))
app.on('window-all-closed', () => app.quit())
start()
