/** The fingerprint simulator: SBI services of its own, and a control port to play the citizen's hands. */
import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { endWithOwner } from '../../process-owner.ts'
import { BadCall, sayReady, startControlServer } from '../control-server.ts'
import { Answers } from './answers.ts'
import { aboutFaults, faults, zFault } from './faults.ts'
import { readModel, zModel, type Model, type ScannerState } from './model.ts'
import { createSbiServer } from './sbi-server.ts'
import { authServer } from './seal-for-auth.ts'
import { scenarioOf } from './scenario.ts'
import { loadIdentity } from './signer.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    parent: { type: 'string' },
    'hands-off': { type: 'boolean', default: false },
    from: { type: 'string', default: '4501' },
    to: { type: 'string', default: '4600' },
    /** one for each scanner; none is one registration scanner of 0.9.5 */
    device: { type: 'string', multiple: true },
    /** PEM of the certificate that a scanner for authentication seals to; may come later */
    'auth-certificate': { type: 'string' },
    /** one line of JSON for each request */
    record: { type: 'string' },
  },
})

const server = authServer(values['auth-certificate'])
const identity = await loadIdentity(values.data)
const ports = { from: Number(values.from), to: Number(values.to) }
const models = values.device?.map(readModel) ?? [zModel.parse({})]

async function openDevice(model: Model) {
  const state: ScannerState = {
    present: !values['hands-off'],
    ...{ quality: 80, status: 'Ready', fault: undefined, times: 0, scenario: [], held: false },
  }
  const record = (line: object) => {
    if (values.record) {
      const at = new Date().toISOString()
      appendFileSync(values.record, `${JSON.stringify({ at, serial: model.serial, ...line })}\n`)
    }
  }
  const sbi = createSbiServer(ports, model, state, () => answers, record)
  const answers = new Answers({ identity, model, state, server, port: () => sbi.port() })
  await sbi.up()
  let up = true
  const setUp = async (want: boolean) => {
    up = want
    await (want ? sbi.up() : sbi.down())
  }
  const shown = () => ({ ...model, ...state, fault: state.fault ?? null, up, sbiPort: sbi.port() })
  return { state, sbi, setUp, shown }
}
const devices: Awaited<ReturnType<typeof openDevice>>[] = []
// One after the other, so that the first has the lowest port.
for (const model of models) devices.push(await openDevice(model))

const print = createHash('sha256').update(Buffer.from(identity.revoked, 'base64')).digest('hex')
const trust = { root: identity.root, ftmRoot: identity.ftmRoot, revoked: [print] }
const shown = () => ({
  ...devices[0]?.shown(),
  ...{ ...trust, faults, devices: devices.map((one) => one.shown()) },
})

/** Every call may name a scanner by its place; the first otherwise. */
function chosen(body: unknown) {
  const { device } = z.object({ device: z.number().int().min(0).default(0) }).parse(body)
  const one = devices[device]
  if (!one) throw new BadCall('There is no such scanner')
  return one
}
const zFinger = z.object({ quality: z.number().min(0).max(100).optional(), present: z.boolean().optional() })
const zScenario = z.object({ seed: z.number().int(), captures: z.number().int().min(1).max(1_000) })

const control = await startControlServer(Number(values.port), {
  'GET /state': shown,
  'GET /faults': () => ({ faults: aboutFaults() }),
  'POST /finger': (body) => {
    const { state } = chosen(body)
    const { quality, present } = zFinger.parse(body)
    if (quality !== undefined) state.quality = quality
    if (present !== undefined) state.present = present
    return shown()
  },
  'POST /fault': (body) => {
    const { state } = chosen(body)
    const asked = z
      .object({ fault: zFault.nullable(), times: z.number().int().positive().optional() })
      .parse(body)
    state.fault = asked.fault ?? undefined
    state.times = asked.times ?? Number.MAX_SAFE_INTEGER
    return shown()
  },
  'POST /scenario': (body) => {
    const { state } = chosen(body)
    const { seed, captures } = zScenario.parse(body)
    state.scenario = scenarioOf(seed, captures)
    return { scenario: state.scenario }
  },
  'POST /status': (body) => {
    const { state } = chosen(body)
    state.status = z.object({ status: z.enum(['Ready', 'Busy', 'Not Ready']) }).parse(body).status
    return shown()
  },
  'POST /service': async (body) => {
    await chosen(body).setUp(z.object({ up: z.boolean() }).parse(body).up)
    return shown()
  },
})
sayReady({
  ready: 'sbi',
  url: control.url,
  sbiPort: devices[0]?.sbi.port(),
  sbiPorts: devices.map(({ sbi }) => sbi.port()),
  ...trust,
})
endWithOwner(process.argv, async () => {
  await Promise.all([...devices.map(({ sbi }) => sbi.down()), control.close()])
})
