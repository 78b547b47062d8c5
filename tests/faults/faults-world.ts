/** The real host with the real drivers, each in front of its simulator, beside an issuer. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import { startHelper } from '../../hardware/fingerprint/libfprint/helper-process.ts'
import { createSbiScanner } from '../../hardware/fingerprint/sbi-scanner.ts'
import { openHidDevices } from '../../hardware/hid/hid-devices.ts'
import { openReceiptPrinter } from '../../hardware/printer/receipt-printer.ts'
import { loadConfig } from '../../main/config.ts'
import { createHost } from '../../main/host.ts'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { startSimulator } from '../integration/simulator-process.ts'
import { cameraLane } from './camera-lane.ts'
import { cardLane } from './card-lane.ts'
import { driverReins, quickRestarts } from './driver-reins.ts'
import { fingerLane } from './finger-lane.ts'
import { hidLane } from './hid-lane.ts'
import type { Lane } from './lane.ts'
import { printerLane } from './printer-lane.ts'
import { sbiLane } from './sbi-lane.ts'

const { buildHelper } = await (import(
  fileURLToPath(new URL('../../scripts/build-helper.mjs', import.meta.url))
) as Promise<{ buildHelper(): string | undefined }>)

const sbiPorts = { from: 4541, to: 4560 }
const zKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
const zScannerTrust = z.object({ root: z.string(), ftmRoot: z.string(), revoked: z.array(z.string()) })
const zEnvironment = z.record(z.string(), z.string())

async function openCard(keyFile: string) {
  const simulator = await startSimulator('card', ['--issuer-key', keyFile, '--pcscd'])
  const { spawn, crash } = driverReins()
  const socket = z.string().parse(simulator.ready['pcscSocket'])
  const card = openCardReader({ socket, spawn, restarts: quickRestarts })
  const trusted = [zKey.parse(JSON.parse(await readFile(keyFile, 'utf8')))]
  return { card, lane: cardLane({ card, simulator, trusted, crash }) }
}

async function openSbi() {
  const ports = ['--from', String(sbiPorts.from), '--to', String(sbiPorts.to)]
  const simulator = await startSimulator('sbi', ports)
  const { root, ftmRoot, revoked } = zScannerTrust.parse(simulator.ready)
  const trust = () => ({ device: [root], ftm: [ftmRoot], revoked })
  const fingerprint = createSbiScanner({ ports: sbiPorts, trust, env: 'Staging', searchEveryMs: 300 })
  return { fingerprint, lane: sbiLane(fingerprint, simulator) }
}

async function openHid(folder: string) {
  const simulator = await startSimulator('hid', [])
  const { spawn, crash } = driverReins()
  const env = zEnvironment.parse(simulator.ready['env'])
  const memory = join(folder, 'hid-devices.json')
  const devices = openHidDevices({ spawn, env, memory, refreshMs: 1_000, restarts: quickRestarts })
  return { ...devices, lane: hidLane({ ...devices, simulator, crash }) }
}

async function openPrinter() {
  const simulator = await startSimulator('printer', [])
  const port = z.number().parse(simulator.ready['printerPort'])
  const printer = openReceiptPrinter({
    printer: { by: 'network', host: '127.0.0.1', port, dots: 384, oneWay: false },
    ...{ lookEveryMs: 200, stallMs: 1_500, times: { answerMs: 1_500, printMs: 4_000 } },
  })
  return { printer, lane: printerLane(printer, simulator) }
}

/** @returns nothing where libfprint cannot be built */
async function openFinger(folder: string, say: (text: string) => void) {
  const why = buildHelper()
  if (why) {
    say(`Without the scanner behind libfprint: ${why}`)
    return undefined
  }
  const socket = join(folder, 'image.sock')
  const simulator = await startSimulator('finger', ['--socket', socket])
  let pid = 0
  const verifier = openFingerVerifier({
    env: { FP_VIRTUAL_IMAGE: socket },
    restarts: quickRestarts,
    start: (...given) => {
      const started = startHelper(...given)
      pid = started.pid
      return started
    },
  })
  const crash = () => void (pid > 0 && process.kill(pid, 'SIGKILL'))
  return { verifier, lane: fingerLane({ verifier, simulator, crash }) }
}

export async function openFaultsWorld(say: (text: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-faults-'))
  const issuer = await startIssuer({ dataDir: join(folder, 'issuer'), port: 0, demo: true })
  const card = await openCard(join(folder, 'issuer', 'keys', 'signing.jwk.json'))
  const sbi = await openSbi()
  const hid = await openHid(folder)
  const printer = await openPrinter()
  const finger = await openFinger(folder, say)
  const host = await createHost({
    config: loadConfig({
      dataDir: join(folder, 'kiosk'),
      commission: { issuerUrl: issuer.url, code: issuer.commissioningCode('Paro Dzongkhag') },
    }),
    devices: {
      ...{ card: card.card, fingerprint: sbi.fingerprint },
      ...{ scanner: hid.scanner, uidReader: hid.uidReader, printer: printer.printer },
      ...(finger && { fingerVerifier: finger.verifier }),
    },
    log: () => undefined,
  })
  const lanes: readonly Lane[] = [
    ...[card.lane, sbi.lane, hid.lane, printer.lane, cameraLane(host.services.devices)],
    ...(finger ? [finger.lane] : []),
  ]
  return {
    host,
    lanes,
    async close() {
      await host.close()
      await Promise.all(lanes.map((lane) => lane.close()))
      await issuer.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
