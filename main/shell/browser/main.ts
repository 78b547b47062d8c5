/** The kiosk's host in a process of its own, with its screens in any Chromium of this machine: docs/processes.md. */
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { endWithOwner } from '../../../hardware/process-owner.ts'
import { eraseIfDecided } from '../../care/erase-data.ts'
import { loadConfig } from '../../config.ts'
import { isDiskFull } from '../../disk-full.ts'
import { createHost } from '../../host.ts'
import { holdDataFolder } from '../data-folder-lock.ts'
import { configOf, readHostOptions, type HostOptions } from '../host-options.ts'
import { logToStderr as log } from '../../log.ts'
import { rendererFolder } from '../renderer-folder.ts'
import { serveApi } from '../serve-api.ts'
import { startWebServer, type WebServer } from './web-server.ts'

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function run(options: HostOptions): Promise<void> {
  const lock = holdDataFolder(options.data)
  if (!lock.held) {
    fail(`A kiosk is already running on ${options.data} (process ${lock.pid}). Close it first.`, 3)
    return
  }
  process.once('exit', () => lock.release())
  const started: { close(): Promise<void> }[] = []
  const close = async () => {
    for (const part of started.toReversed()) await part.close()
  }
  endWithOwner(process.argv, close)
  // The screen is told first. What a power cut leaves of it is erased at the next start.
  const onReset = () =>
    void setTimeout(() => {
      void close()
        .then(() => eraseIfDecided(options.data))
        .finally(() => process.exit(0))
    }, 1_000)
  try {
    await eraseIfDecided(options.data)
    const host = await createHost({ config: loadConfig(configOf(options)), log, onReset })
    started.push(host)
    const accept = serveApi(host.services, log)
    const random = (bytes: number) => randomBytes(bytes)
    const server = await startWebServer({ port: options.port, root: rendererFolder(), accept, random, log })
    started.push(server)
    announce(server)
  } catch (error) {
    await close()
    throw error
  }
}

/** The ready line, and another address for each line `link` on stdin. */
function announce(server: WebServer): void {
  say({ ready: 'kiosk', url: server.link() })
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'link') say({ link: server.link() })
  })
}

function fail(text: string, code: number): void {
  process.stderr.write(`${text}\n`)
  process.exit(code)
}

const options = readHostOptions(process.argv.slice(2))
if (typeof options === 'string') fail(options, 2)
else {
  run(options).catch((error: unknown) => {
    if (isDiskFull(error)) {
      const next = 'Nothing is lost. Make room and start the kiosk again.'
      return fail(`There is no room left on the disk of ${options.data}. ${next}`, 4)
    }
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    fail(
      taken ? `Port ${options.port} of 127.0.0.1 is taken. Use --port 0 for any free one.` : String(error),
      1,
    )
  })
}
