/** The reference issuer as a process of its own, to be killed at any moment. `node issuer-child.ts DATA [--without-rule-4]` */
import { createInterface } from 'node:readline'
import { saveFaultOf } from '../../../sync/blobs.ts'
import { startIssuer } from '../../../sync/issuer/start-issuer.ts'
import { leaveRule4Out } from './without-rule-4.ts'
import { say } from './z-orders.ts'

const [, , data = '', flag] = process.argv
if (flag === '--without-rule-4') leaveRule4Out()
const issuer = await startIssuer({ dataDir: data, port: 0, demo: false }).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(saveFaultOf(error) === 'save.disk-full' ? 4 : 1)
})
const lines = createInterface({ input: process.stdin })
lines.on('line', (office) => say({ code: issuer.commissioningCode(office) }))
lines.on('close', () => process.exit(0))
say({ ready: true, url: issuer.url })
