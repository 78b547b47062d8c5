/** `npm run journey -- --json`: the whole journey unattended; progress to stderr, the report to stdout. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { travel } from './journey.ts'

const data = mkdtempSync(join(tmpdir(), 'kiosk-journey-'))
const json = process.argv.includes('--json')
try {
  const report = await travel(data, (text) => console.error(text))
  console.log(json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
  process.exitCode = report.ok ? 0 : 1
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  console.log(JSON.stringify({ ok: false, credentialVerified: false, reason }))
  process.exitCode = 1
} finally {
  rmSync(data, { recursive: true, force: true, maxRetries: 3 })
  // A connection that a failure left open must not keep the report from its reader.
  setTimeout(() => process.exit(), 200)
}
