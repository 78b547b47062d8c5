/** The virtual receipt printer: `main.ts --port N [--printer-port N] [--dots 576|384] [--parent PID]` (docs/processes.md). */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { printerFaults, startVirtualPrinter } from './virtual-printer.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'printer-port': { type: 'string', default: '0' },
    dots: { type: 'string', default: '576' },
    parent: { type: 'string' },
  },
})
const zFault = z.object({ fault: z.enum(printerFaults).nullable() })

const printer = await startVirtualPrinter(Number(values['printer-port']), Number(values.dots))
const { interpreter } = printer
const state = () => ({
  slips: interpreter.slips().length,
  printed: interpreter.printed(),
  unexpected: interpreter.unexpected(),
  fault: printer.fault ?? null,
})
const control = await startControlServer(Number(values.port), {
  'GET /state': state,
  'GET /paper.png': () => {
    const last = interpreter.slips().at(-1)
    if (!last) throw new BadCall('Nothing has been printed yet')
    return { type: 'image/png', bytes: last.picture() }
  },
  'POST /fault': (body) => {
    printer.fault = zFault.parse(body).fault ?? undefined
    return state()
  },
})
endWithOwner(process.argv, async () => {
  await control.close()
  await printer.close()
})
sayReady({ ready: 'printer', url: control.url, printerPort: printer.port })
