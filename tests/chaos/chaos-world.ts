/** What stands around the kiosk that is killed: an issuer, and a card and a scanner behind their own wires. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verify } from '../../main/audit/chain.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import { freshFolder, quickLink, until } from '../integration/host-world.ts'
import { startSimulator, type Simulator } from '../integration/simulator-process.ts'
import { startKioskProcess, type KioskProcess } from './kiosk-process.ts'

/** Ports of its own, so that a scanner that is really attached does not disturb the tests. */
const sbiPorts = { from: 4541, to: 4560 }

export interface ChaosWorld {
  folder: string
  issuer: RunningIssuer
  /** undefined where this machine has no virtual card reader */
  card: Simulator | undefined
  sbi: Simulator
  /** Starts the kiosk on `data`, commissioned or to be commissioned, and waits until it knows its staff. */
  start(data: string, env?: Readonly<Record<string, string>>): Promise<KioskProcess>
  /** what `start` gives the kiosk on its command line */
  args(data: string): string[]
  close(): Promise<void>
}

export async function createChaosWorld(): Promise<ChaosWorld> {
  const { path: folder, done } = await freshFolder()
  const issuer = await startIssuer({ dataDir: join(folder, 'issuer'), port: 0, demo: true })
  const key = join(folder, 'issuer', 'keys', 'signing.jwk.json')
  const sbiArgs = [
    '--from',
    String(sbiPorts.from),
    '--to',
    String(sbiPorts.to),
    '--data',
    join(folder, 'sbi'),
  ]
  const hasReader = existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so')
  const [sbi, card] = await Promise.all([
    startSimulator('sbi', sbiArgs),
    hasReader ? startSimulator('card', ['--issuer-key', key, '--pcscd']) : undefined,
  ])
  const socket = card?.ready['pcscSocket']
  const env = {
    // Started dozens of times: the same modules need not be compiled each time.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...(typeof socket === 'string' && { PCSCLITE_CSOCK_NAME: socket }),
  }
  const code = new Map<string, string>()

  function args(data: string): string[] {
    mkdirSync(data, { recursive: true })
    const sbiConfig = { portFrom: sbiPorts.from, portTo: sbiPorts.to, trustedRoots: [sbi.ready['root']] }
    // A disk of a few megabytes is full when it is full.
    const limits = { diskReserveMb: 1, diskPlentyMb: 2 }
    const config = { limits, sbi: sbiConfig, link: quickLink, enrolment: { captureTimeoutMs: 3_000 } }
    if (!existsSync(join(data, 'config.json')))
      writeFileSync(join(data, 'config.json'), JSON.stringify(config))
    code.set(data, code.get(data) ?? issuer.commissioningCode('Paro Dzongkhag'))
    return ['--data', data, '--port', '0', '--issuer', issuer.url, `--commission=${code.get(data) ?? ''}`]
  }

  return {
    ...{ folder, issuer, card, sbi, args },
    async start(data, more = {}) {
      const running = await startKioskProcess(args(data), { ...env, ...more })
      await until('The staff list arriving', async () => {
        const names = await running.kiosk.session.names.query()
        return names.length > 0 ? names : undefined
      })
      return running
    },
    async close() {
      await Promise.all([sbi.stop(), card?.stop(), issuer.close()])
      await done()
    },
  }
}

/** @returns what is wrong with the audit log of a kiosk that runs now; its last line may be in the making */
export function auditTrouble(data: string): string | undefined {
  const text = readFileSync(join(data, 'audit.jsonl'), 'utf8')
  const verdict = verify(text.slice(0, text.lastIndexOf('\n') + 1))
  if (!verdict.whole) return `broken at line ${verdict.brokenAt} of ${verdict.lines}`
  return text.includes('audit.chain-broken') ? 'the log says of itself that it was broken' : undefined
}
