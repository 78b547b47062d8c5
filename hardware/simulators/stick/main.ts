/**
 * The virtual USB stick: `main.ts --root DIR [--port N] [--parent PID]` (docs/processes.md). Under DIR it keeps what the
 * kernel would show of it (`/proc/mounts`, `/sys`), so that the kiosk finds it as it finds a real one.
 */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { sayReady, startControlServer } from '../control-server.ts'
import { createVirtualStick } from './virtual-stick.ts'

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    port: { type: 'string', default: '0' },
    parent: { type: 'string' },
  },
})
const zPlug = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9 _-]{1,32}$/)
    .default('KIOSK STICK'),
  readOnly: z.boolean().default(false),
})

if (!values.root) {
  process.stderr.write('Usage: main.ts --root DIR [--port N]\n')
  process.exit(2)
}
const stick = createVirtualStick(values.root)
const control = await startControlServer(Number(values.port), {
  'GET /state': () => stick.state(),
  'POST /plug': (body) => {
    stick.plug(zPlug.parse(body ?? {}))
    return stick.state()
  },
  'POST /unplug': () => {
    stick.unplug()
    return stick.state()
  },
})
endWithOwner(process.argv, () => control.close())
sayReady({ ready: 'stick', url: control.url, root: values.root })
