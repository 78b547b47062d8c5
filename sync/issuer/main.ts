/** `npm run issuer`: the reference issuer as a process of its own. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startIssuer } from './start-issuer.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(homedir(), '.local', 'share', 'bhutan-id-kiosk', 'issuer') },
    port: { type: 'string', default: '0' },
    demo: { type: 'boolean', default: false },
    'public-url': { type: 'string' },
    /** JSON {roots, ftmRoots, revoked}: who certifies fingerprint scanners */
    scanners: { type: 'string' },
    office: { type: 'string', default: 'Paro dzongkhag office' },
    parent: { type: 'string' },
  },
})

const zScanners = z.object({
  roots: z.array(z.string()),
  ftmRoots: z.array(z.string()).default([]),
  revoked: z.array(z.string()).default([]),
})
const scanners = values.scanners && zScanners.parse(JSON.parse(readFileSync(values.scanners, 'utf8')))

const issuer = await startIssuer({
  dataDir: values.data,
  port: Number(values.port),
  demo: values.demo,
  ...(scanners && { scanners }),
  ...(values['public-url'] && { publicUrl: values['public-url'] }),
  onProblem: (event) => process.stderr.write(`${JSON.stringify({ from: 'issuer', event })}\n`),
})
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
