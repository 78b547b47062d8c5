/**
 * How long until the device manager tells that a cable was pulled out, or put in again: through every driver's own wire,
 * with the drivers' usual intervals. What this machine cannot do is said and not measured.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { DeviceBook } from '../../hardware/device-book.ts'
import { createSbiScanner } from '../../hardware/fingerprint/sbi-scanner.ts'
import { openHidDevices } from '../../hardware/hid/hid-devices.ts'
import { createDeviceManager, type DeviceManager } from '../../hardware/manager.ts'
import { openReceiptPrinter } from '../../hardware/printer/receipt-printer.ts'
import type { Device } from '../../hardware/z-device.ts'
import { startSimulator } from '../integration/simulator-process.ts'
import { figure, median, type Bench } from './figures.ts'

const runs = 10
const goal = 2_000
const ports = { from: 4521, to: 4530 }

interface Cable {
  name: string
  out(): Promise<unknown>
  in(): Promise<unknown>
  isOut(devices: readonly Device[]): boolean
  /** what stands in for the device needs a moment to start, which is not counted */
  startsFirst?: boolean
}

const forgets: DeviceBook = { of: () => ({}), setRole: () => Promise.resolve(), noteUse: () => undefined }

/** @returns ms until the manager's list is as wanted, seen at the moment in which it tells */
async function toldAfter(
  manager: DeviceManager,
  act: () => Promise<unknown>,
  isTold: (devices: readonly Device[]) => boolean,
  startsFirst = false,
): Promise<number> {
  const told = Promise.withResolvers<number>()
  const look = () => {
    if (isTold(manager.list())) told.resolve(performance.now())
  }
  const stop = manager.onChange(look)
  const late = setTimeout(() => told.reject(new Error('It was not told within 30 s')), 30_000)
  let from = performance.now()
  try {
    await act()
    if (startsFirst) from = performance.now()
    look()
    return Math.max(0, (await told.promise) - from)
  } finally {
    clearTimeout(late)
    stop()
  }
}

async function openBench(folder: string) {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const keyFile = join(folder, 'issuer.jwk.json')
  writeFileSync(keyFile, JSON.stringify(key))
  const [card, hid, sbi, first] = await Promise.all([
    startSimulator('card', ['--issuer-key', keyFile, '--pcscd']),
    startSimulator('hid', ['--port', '0']),
    startSimulator('sbi', ['--from', String(ports.from), '--to', String(ports.to)]),
    startSimulator('printer', ['--port', '0']),
  ])
  const root = z.string().parse(sbi.ready['root'])
  const hidPorts = openHidDevices({ env: z.record(z.string(), z.string()).parse(hid.ready['env']) })
  let printer = first
  const printerPort = z.number().parse(printer.ready['printerPort'])
  const manager = createDeviceManager({
    cards: openCardReader({ socket: z.string().parse(card.ready['pcscSocket']) }),
    fingers: createSbiScanner({
      ports,
      trust: () => ({ device: [root], ftm: [], revoked: [] }),
      env: 'Staging',
    }),
    others: [
      hidPorts.scanner,
      hidPorts.uidReader,
      openReceiptPrinter({
        printer: { by: 'network', host: '127.0.0.1', port: printerPort, dots: 576, oneWay: false },
      }),
    ],
    book: forgets,
  })
  const unplugged = (kind: Device['kind']) => (devices: readonly Device[]) =>
    !devices.some((one) => one.kind === kind && one.state === 'ready')
  const cables: Cable[] = [
    {
      name: 'card in the reader (pcscd, vpcd)',
      out: () => card.post('/remove'),
      in: () => card.post('/insert', { card: 'genuine' }),
      isOut: (devices) =>
        !devices.some((one) => one.kind === 'card-reader' && one.state === 'ready' && one.holdsCard),
    },
    {
      name: 'code scanner (HID)',
      out: () => hid.post('/unplug', { device: 'scanner' }),
      in: () => hid.post('/plug', { device: 'scanner' }),
      isOut: unplugged('code-scanner'),
    },
    {
      name: 'reader of card numbers (HID)',
      out: () => hid.post('/unplug', { device: 'reader' }),
      in: () => hid.post('/plug', { device: 'reader' }),
      isOut: unplugged('uid-reader'),
    },
    {
      name: 'fingerprint scanner (SBI service)',
      out: () => sbi.post('/service', { up: false }),
      in: () => sbi.post('/service', { up: true }),
      isOut: unplugged('fingerprint-scanner'),
    },
    {
      name: 'receipt printer (network)',
      out: () => printer.stop(),
      in: async () => {
        await printer.stop()
        printer = await startSimulator('printer', ['--printer-port', String(printerPort)])
      },
      startsFirst: true,
      isOut: unplugged('receipt-printer'),
    },
  ]
  return {
    manager,
    cables,
    async close() {
      await manager.close()
      await Promise.all([card, hid, sbi, printer].map((one) => one.stop()))
    },
  }
}

export const replug: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-replug-'))
  const { manager, cables, close } = await openBench(folder)
  const figures = []
  try {
    for (const cable of cables) {
      await sleep(2_000)
      if (cable.isOut(manager.list())) await toldAfter(manager, cable.in, (devices) => !cable.isOut(devices))
      const times: Record<'out' | 'in', number[]> = { out: [], in: [] }
      for (let run = 0; run < runs; run += 1) {
        // At another moment of the drivers' rounds each time.
        await sleep(300 + ((run * 173) % 1_000))
        times.out.push(await toldAfter(manager, cable.out, cable.isOut))
        await sleep(300 + ((run * 311) % 1_000))
        const isIn = (devices: readonly Device[]) => !cable.isOut(devices)
        times.in.push(await toldAfter(manager, cable.in, isIn, cable.startsFirst))
      }
      for (const way of ['out', 'in'] as const) {
        const worst = Math.max(...times[way])
        const middle = median(times[way])
        const name = `${cable.name} ${way}, told after: `
        say(`${name}${Math.round(middle)} ms in the middle, ${Math.round(worst)} ms at worst, n = ${runs}`)
        figures.push(figure({ name: `${name}median, n = ${runs}`, unit: 'ms', goal, value: middle }))
        figures.push(figure({ name: `${name}worst, n = ${runs}`, unit: 'ms', goal, value: worst }))
      }
    }
    say(
      'Not measured: the reader itself (vpcd cannot be unplugged) and libfprint (its virtual device cannot)',
    )
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
  return figures
}
