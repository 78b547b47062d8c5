/**
 * `npm run issuer`: the reference issuer as a process of its own. `npm run issuer -- import FOLDER` takes in what kiosks
 * wrote on the stick that is mounted there; `… receipts FOLDER [--kiosk ID]` writes on it what was said to them; `… stolen
 * --kiosk ID` takes a kiosk's word from it; `… move` takes everything from the embedded store to the one that the
 * configuration names. `… keys`, `rotate-key`, `revoke-key ID` and `check-issuers` are about whom kiosks believe.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { askRunningIssuer } from './bundles/operator.ts'
import { startIssuer } from './start-issuer.ts'
import { zBelieve } from './trust/believed.ts'
import { moveFromEmbedded } from './store/move-store.ts'
import { readIssuerConfig, zScanners } from './z-issuer-config.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** JSON file, see docs/central-issuer.md */
    config: { type: 'string' },
    data: { type: 'string' },
    port: { type: 'string' },
    demo: { type: 'boolean', default: false },
    'public-url': { type: 'string' },
    /** JSON {roots, ftmRoots, revoked}: who certifies fingerprint scanners */
    scanners: { type: 'string' },
    /** JSON {issuers: [{did, name}]}: further issuers that kiosks are asked to believe */
    believe: { type: 'string' },
    office: { type: 'string', default: 'Paro dzongkhag office' },
    parent: { type: 'string' },
    /** whom receipts are for; may be given several times */
    kiosk: { type: 'string', multiple: true },
  },
})

const config = readIssuerConfig(values.config)
const dataDir = values.data ?? config.data ?? join(homedir(), '.local', 'share', 'bhutan-id-kiosk', 'issuer')
const publicUrl = values['public-url'] ?? config.publicUrl
const scanners = values.scanners && zScanners.parse(JSON.parse(readFileSync(values.scanners, 'utf8')))

const believeFile = values.believe ?? config.believe
const believe =
  believeFile === undefined ? undefined : zBelieve.parse(JSON.parse(readFileSync(believeFile, 'utf8')))

const [verb, folder] = positionals
const onProblem = (event: string) =>
  void process.stderr.write(`${JSON.stringify({ from: 'issuer', event })}\n`)
const kiosks = values.kiosk && { kiosks: values.kiosk }
/** what the operator asks of the issuer, running or not */
function orderOf(): object | undefined {
  switch (verb) {
    case 'import':
    case 'receipts':
      return folder === undefined ? undefined : { folder: resolve(folder), ...kiosks }
    case 'stolen':
      return kiosks
    case 'revoke-key':
      return folder === undefined ? undefined : { id: folder }
    case 'keys':
    case 'rotate-key':
    case 'check-issuers':
      return {}
    default:
      return undefined
  }
}
const asked = orderOf()
if (verb !== undefined && verb !== 'move' && !asked) {
  process.stderr.write(
    'Use: npm run issuer -- [import FOLDER | receipts FOLDER [--kiosk ID] | stolen --kiosk ID | move | keys | rotate-key | revoke-key ID | check-issuers] [--config FILE] [--data DIR]\n',
  )
  process.exit(2)
}
function tell(lines: unknown): never {
  process.stdout.write(`${JSON.stringify(lines)}\n`)
  const all = Array.isArray(lines) ? lines : []
  process.exit(all.length > 0 && all.every((line) => line.ok) ? 0 : 1)
}
if (verb === 'move') tell(await moveFromEmbedded(dataDir, config.store, onProblem))
if (verb !== undefined && asked) {
  const answer = await askRunningIssuer(dataDir, verb, asked)
  if (answer !== undefined) tell(answer)
}

const issuer = await startIssuer({
  dataDir,
  port: values.port === undefined ? (config.port ?? 0) : Number(values.port),
  demo: values.demo,
  ...(scanners && { scanners }),
  ...{ believe, did: config.did, ledger: config.ledger },
  ...(publicUrl && { publicUrl }),
  store: config.store,
  payloads: config.payloads,
  platform: config.platform,
  approval: config.approval,
  spoolReserveBytes: config.spoolReserveMb << 20,
  ...(config.metricsPort !== undefined && { metricsPort: config.metricsPort }),
  onProblem,
})
if (verb !== undefined && asked) {
  const lines = await issuer.orders[verb]?.(asked)
  await issuer.close()
  tell(lines)
}
const line = {
  ready: 'issuer',
  url: issuer.url,
  commission: issuer.commissioningCode(values.office),
  ...(issuer.metricsUrl && { metrics: issuer.metricsUrl }),
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
