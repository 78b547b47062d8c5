/**
 * The virtual HID devices: `main.ts --port N [--parent PID]` (docs/processes.md). The ready line says with which
 * environment a program must be started to see them instead of the machine's own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { sayReady, startControlServer } from '../control-server.ts'
import { codeReports, identities, models, touchReport, type Model } from './models.ts'
import { hasUmockdev, hidShim } from './shim.ts'
import { createTree } from './usb-tree.ts'
import { createVirtualDevice } from './virtual-device.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, parent: { type: 'string' } },
})

const zDevice = z.enum(models)
const zHex = z.string().regex(/^(?:[0-9a-f]{2})+$/i)
const zTap = z.object({ uid: zHex })
const zScan = z.object({ text: z.string().max(10_000), symbology: z.string().max(3).optional() })
const zReports = z.object({ device: zDevice, reports: z.array(zHex).max(2_000) })
const zPlug = z.object({ device: zDevice.optional(), socket: z.number().int().min(1).max(9).optional() })
const zFault = z.object({
  device: zDevice.optional(),
  fault: z.enum(['denied', 'mute', 'broken']).nullable(),
})

async function main(): Promise<void> {
  const umockdev = 'libumockdev-preload.so.0'
  const shim = hidShim()
  const root = mkdtempSync(join(tmpdir(), 'kiosk-hid-'))
  createTree(root)
  const signals: Record<Model, string[]> = { reader: [], scanner: [] }
  const create = (model: Model, at: number) =>
    createVirtualDevice({
      ...{ root, identity: identities[model], socket: at + 1, minor: at },
      onReport: (as, bytes) => signals[model].push(`${as} ${Buffer.from(bytes).toString('hex')}`),
    })
  const devices = { reader: create('reader', 0), scanner: create('scanner', 1) }
  for (const device of Object.values(devices)) await device.plug()

  const chosen = (model: Model | undefined) => (model ? [devices[model]] : Object.values(devices))
  const state = () =>
    Object.fromEntries(
      models.map((model) => {
        const device = devices[model]
        const about = { plugged: device.isPlugged(), openBy: device.openBy(), fault: device.fault ?? null }
        return [model, { ...about, signals: signals[model].slice(-20) }]
      }),
    )
  const control = await startControlServer(Number(values.port), {
    'GET /state': state,
    'POST /tap': (body) => {
      devices.reader.send(touchReport(Buffer.from(zTap.parse(body).uid, 'hex')))
      return state()
    },
    'POST /scan': (body) => {
      const { text, symbology } = zScan.parse(body)
      devices.scanner.send(...codeReports(text, symbology))
      return state()
    },
    'POST /reports': (body) => {
      const { device, reports } = zReports.parse(body)
      devices[device].send(...reports.map((report) => Buffer.from(report, 'hex')))
      return state()
    },
    'POST /unplug': (body) => {
      for (const device of chosen(zPlug.parse(body ?? {}).device)) device.unplug()
      return state()
    },
    'POST /plug': async (body) => {
      const { device, socket } = zPlug.parse(body ?? {})
      for (const one of chosen(device)) await one.plug(device && socket)
      return state()
    },
    'POST /fault': (body) => {
      const { device, fault } = zFault.parse(body)
      for (const one of chosen(device)) one.fault = fault ?? undefined
      return state()
    },
  })
  endWithOwner(process.argv, async () => {
    for (const device of Object.values(devices)) device.unplug()
    await control.close()
    rmSync(root, { recursive: true, force: true })
  })
  sayReady({
    ready: 'hid',
    url: control.url,
    env: { LD_PRELOAD: `${shim} ${umockdev}`, UMOCKDEV_DIR: root, FAKE_HIDRAW_DIR: root },
  })
}

if (!hasUmockdev()) {
  process.stderr.write('umockdev is missing: no virtual HID devices (apt-get install umockdev)\n')
  process.exit(4)
}
await main()
