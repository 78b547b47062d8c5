/** The fingerprint simulator: an SBI service of its own, and a control port to play the citizen's hands. */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { sayReady, startControlServer } from '../control-server.ts'
import { Answers, faults, zFault, type ScannerState } from './answers.ts'
import { createSbiServer } from './sbi-server.ts'
import { loadIdentity } from './signer.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    parent: { type: 'string' },
    'hands-off': { type: 'boolean', default: false },
    from: { type: 'string', default: '4501' },
    to: { type: 'string', default: '4600' },
  },
})

const identity = await loadIdentity(values.data)
const state: ScannerState = {
  present: !values['hands-off'],
  quality: 80,
  status: 'Ready',
  fault: undefined,
  times: 0,
}
const sbi = createSbiServer({ from: Number(values.from), to: Number(values.to) }, state, () => answers)
const answers = new Answers(identity, state, () => sbi.port())
await sbi.up()
let up = true

const shown = () => ({
  ...state,
  fault: state.fault ?? null,
  up,
  sbiPort: sbi.port(),
  root: identity.root,
  faults,
})
const zFinger = z.object({ quality: z.number().min(0).max(100).optional(), present: z.boolean().optional() })

const control = await startControlServer(Number(values.port), {
  'GET /state': shown,
  'POST /finger': (body) => {
    const { quality, present } = zFinger.parse(body)
    if (quality !== undefined) state.quality = quality
    if (present !== undefined) state.present = present
    return shown()
  },
  'POST /fault': (body) => {
    const asked = z
      .object({ fault: zFault.nullable(), times: z.number().int().positive().optional() })
      .parse(body)
    state.fault = asked.fault ?? undefined
    state.times = asked.times ?? Number.MAX_SAFE_INTEGER
    return shown()
  },
  'POST /status': (body) => {
    state.status = z.object({ status: z.enum(['Ready', 'Busy', 'Not Ready']) }).parse(body).status
    return shown()
  },
  'POST /service': async (body) => {
    up = z.object({ up: z.boolean() }).parse(body).up
    await (up ? sbi.up() : sbi.down())
    return shown()
  },
})
sayReady({ ready: 'sbi', url: control.url, sbiPort: sbi.port(), root: identity.root })
endWithOwner(process.argv, async () => {
  await Promise.all([sbi.down(), control.close()])
})
