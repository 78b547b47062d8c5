/**
 * A PC/SC daemon of the simulator's own, with vpcd as its only reader driver. It lives in a mount namespace with an
 * empty /run/pcscd, so it neither meets nor disturbs the system's daemon; clients reach its socket through /proc.
 *
 * vpcd 3.3 listens on every interface and does not ask who connects (its other direction, connecting to the card, ends the
 * daemon with an abort). So whoever reaches this machine while a demonstration runs may put a card on the virtual reader;
 * without the issuer's key it is a forged one. Not for the field.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Pcscd {
  /** for PCSCLITE_CSOCK_NAME */
  socket: string
  /** where vpcd listens for a card in the first reader */
  port: number
  /** the same for each reader, in their order */
  ports: readonly number[]
  pid: number
  close(): Promise<void>
}

const systemSocket = '/run/pcscd/pcscd.comm'
const libraries = [
  '/usr/lib/pcsc/drivers/serial/libifdvpcd.so',
  '/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so',
]

/** Replaces the shell, so that its PID is the daemon's; the daemon ends with the simulator, however that ends. */
const inNamespace = [
  'mkdir -p /run/pcscd && mount -t tmpfs -o mode=755 pcscd /run/pcscd || exit 97',
  'if command -v setpriv >/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi',
  'exec "$@"',
].join('\n')

/**
 * @param options.readers their names; one with a USB serial number has it in round brackets at its end
 * @throws Error - if pcscd or vpcd is not installed, or the daemon does not come up
 */
export async function startPcscd({
  readers = ['Virtual PCD'],
}: { readers?: readonly string[] } = {}): Promise<Pcscd> {
  const library = libraries.find((path) => existsSync(path))
  if (!library) throw new Error('vpcd is not installed (Debian: vsmartcard-vpcd)')
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-pcscd-'))
  const ports: number[] = []
  const blocks: string[] = []
  for (const name of readers) {
    const port = await freePortPair(ports)
    const channel = `0x${port.toString(16)}`
    ports.push(port)
    // vpcd keeps its slots in one table, whatever reader they are of; a copy of it has a table of its own.
    const own = join(folder, `vpcd-${ports.length}.so`)
    await copyFile(library, own)
    blocks.push(
      `FRIENDLYNAME "${name}"\nDEVICENAME /dev/null:${channel}\nLIBPATH ${own}\nCHANNELID ${channel}\n`,
    )
  }
  const config = join(folder, 'readers')
  await mkdir(config)
  if (blocks.length > 0) await writeFile(join(config, 'vpcd'), blocks.join('\n'))
  const daemon = ['pcscd', '--foreground', '--config', config]
  const isRoot = process.getuid?.() === 0
  const wrapped = ['unshare', isRoot ? '-m' : '-Urm', 'sh', '-c', inNamespace, 'sh', ...daemon]
  for (const [command, isOwn] of [
    [wrapped, true],
    [daemon, false],
  ] as const) {
    const started = await tryStart(command, isOwn)
    if (!started) continue
    return {
      ...started,
      port: ports[0] ?? 0,
      ports,
      close: async () => {
        await end(started.process)
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
  await rm(folder, { recursive: true, force: true })
  throw new Error('pcscd did not start: is it installed, and does no other one hold its socket?')
}

async function tryStart(command: readonly string[], isOwn: boolean) {
  const [program = '', ...args] = command
  // A daemon of the system would be mistaken for ours.
  if (!isOwn && existsSync(systemSocket)) return undefined
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  let over = false
  child.once('error', () => (over = true))
  child.once('exit', () => (over = true))
  const socket = isOwn ? `/proc/${child.pid}/root${systemSocket}` : systemSocket
  for (let waited = 0; waited < 5_000 && !over; waited += 20) {
    if (child.pid !== undefined && existsSync(socket)) return { socket, pid: child.pid, process: child }
    await sleep(20)
  }
  await end(child)
  return undefined
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  // It waits for a card that does not answer; we do not.
  const timer = setTimeout(() => child.kill('SIGKILL'), 1_000)
  await gone
  clearTimeout(timer)
}

/** vpcd has two slots, on two ports that follow each other. */
async function freePortPair(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = await listenOnce(0)
    const isTaken = taken.some((other) => port !== undefined && Math.abs(port - other) < 2)
    if (port !== undefined && !isTaken && (await listenOnce(port + 1)) !== undefined) return port
  }
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '0.0.0.0', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}
