/**
 * Virtual HID devices in a real kernel: `main.ts --port N [--parent PID]` (docs/testing-in-a-vm.md). Root, /dev/uhid,
 * dummy_hcd and configfs are needed, as in the virtual machine of `npm run test:vm`. The scanner comes through UHID, the
 * reader over a virtual USB bus, so that udev sees it. Both are unplugged at first.
 */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { sayReady, startControlServer } from '../control-server.ts'
import { codeReports, identities, models, touchReport, type Model } from '../hid/models.ts'
import { createUhidDevice } from './uhid-device.ts'
import { createUsbGadget } from './usb-gadget.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, parent: { type: 'string' } },
})

const zDevice = z.object({ device: z.enum(models) })
const zHex = z.string().regex(/^(?:[0-9a-f]{2})+$/i)
const zTap = z.object({ uid: zHex })
const zScan = z.object({
  text: z.string().max(10_000),
  /** pulled out after so many reports of the code */
  pullAfterReports: z.number().int().min(0).optional(),
})

async function main(): Promise<void> {
  const signals: Record<Model, string[]> = { reader: [], scanner: [] }
  const hear = (model: Model) => (as: string, bytes: Uint8Array) =>
    void signals[model].push(`${as} ${Buffer.from(bytes).toString('hex')}`)
  const devices = {
    reader: createUsbGadget(identities.reader, hear('reader')),
    scanner: createUhidDevice(identities.scanner, hear('scanner')),
  }
  const state = () =>
    Object.fromEntries(
      models.map((model) => [
        model,
        { plugged: devices[model].isPlugged(), signals: signals[model].slice(-20) },
      ]),
    )
  const control = await startControlServer(Number(values.port), {
    'GET /state': state,
    'POST /tap': (body) => {
      devices.reader.send(touchReport(Buffer.from(zTap.parse(body).uid, 'hex')))
      return state()
    },
    'POST /scan': (body) => {
      const { text, pullAfterReports } = zScan.parse(body)
      devices.scanner.send(...codeReports(text).slice(0, pullAfterReports))
      if (pullAfterReports !== undefined) devices.scanner.unplug()
      return state()
    },
    'POST /unplug': (body) => {
      devices[zDevice.parse(body).device].unplug()
      return state()
    },
    'POST /plug': (body) => {
      devices[zDevice.parse(body).device].plug()
      return state()
    },
  })
  endWithOwner(process.argv, async () => {
    for (const device of Object.values(devices)) device.unplug()
    await control.close()
  })
  sayReady({ ready: 'kernel-hid', url: control.url })
}

await main()
