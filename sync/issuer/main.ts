/**
 * `npm run issuer`: the reference issuer as a process of its own. `npm run issuer -- import FOLDER` takes in what kiosks
 * wrote on the stick that is mounted there; `… receipts FOLDER [--kiosk ID]` writes on it what was said to them.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { askRunningIssuer, isStickVerb, runVerb } from './bundles/operator.ts'
import { startIssuer } from './start-issuer.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: join(homedir(), '.local', 'share', 'bhutan-id-kiosk', 'issuer') },
    port: { type: 'string', default: '0' },
    demo: { type: 'boolean', default: false },
    'public-url': { type: 'string' },
    /** JSON {roots, ftmRoots, revoked}: who certifies fingerprint scanners */
    scanners: { type: 'string' },
    office: { type: 'string', default: 'Paro dzongkhag office' },
    parent: { type: 'string' },
    /** whom receipts are for; may be given several times */
    kiosk: { type: 'string', multiple: true },
  },
})

const zScanners = z.object({
  roots: z.array(z.string()),
  ftmRoots: z.array(z.string()).default([]),
  revoked: z.array(z.string()).default([]),
})
const scanners = values.scanners && zScanners.parse(JSON.parse(readFileSync(values.scanners, 'utf8')))

const [verb, folder] = positionals
const stick = isStickVerb(verb) && folder !== undefined ? { verb, folder: resolve(folder) } : undefined
if (verb !== undefined && !stick) {
  process.stderr.write('Use: npm run issuer -- [import FOLDER | receipts FOLDER [--kiosk ID]] [--data DIR]\n')
  process.exit(2)
}
const asked = stick && { folder: stick.folder, ...(values.kiosk && { kiosks: values.kiosk }) }
function tell(lines: unknown): never {
  process.stdout.write(`${JSON.stringify(lines)}\n`)
  const all = Array.isArray(lines) ? lines : []
  process.exit(all.length > 0 && all.every((line) => line.ok) ? 0 : 1)
}
if (stick && asked) {
  const answer = await askRunningIssuer(values.data, stick.verb, asked)
  if (answer !== undefined) tell(answer)
}

const issuer = await startIssuer({
  dataDir: values.data,
  port: Number(values.port),
  demo: values.demo,
  ...(scanners && { scanners }),
  ...(values['public-url'] && { publicUrl: values['public-url'] }),
  onProblem: (event) => process.stderr.write(`${JSON.stringify({ from: 'issuer', event })}\n`),
})
if (stick && asked) {
  const lines = await runVerb(issuer.sticks, stick.verb, asked)
  await issuer.close()
  tell(lines)
}
const line = {
  ready: 'issuer',
  url: issuer.url,
  commission: issuer.commissioningCode(values.office),
  ...(values.demo && { demo: { signIns: issuer.demoSignIns } }),
}
process.stdout.write(`${JSON.stringify(line)}\n`)

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  await issuer.close()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end())
if (values.parent) {
  const parent = Number(values.parent)
  setInterval(() => {
    try {
      process.kill(parent, 0)
    } catch {
      void end()
    }
  }, 1_000).unref()
}
