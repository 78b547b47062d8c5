/**
 * `npm run sbi-check -- --address 127.0.0.1:4501`: whether a scanner can be used with the kiosk.
 * Exit code 0: every must passed; 1: one did not; 2: the call was wrong. docs/fingerprint-scanners.md says more.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { asMarkdown, asTable } from './render-report.ts'
import { runChecks } from './run-checks.ts'

const usage = `npm run sbi-check -- --address 127.0.0.1:PORT --root FILE [--ftm-root FILE] [--env Staging]
  [--purpose Registration|Auth] [--domain URI]
  [--json FILE] [--markdown FILE] [--timeout MS] [--yes]\n`
const say = (text: string) => void process.stdout.write(text)

const zPurpose = z.enum(['Registration', 'Auth'])

function readOptions() {
  const { values } = parseArgs({
    options: {
      address: { type: 'string' },
      root: { type: 'string', multiple: true, default: [] },
      'ftm-root': { type: 'string', multiple: true, default: [] },
      env: { type: 'string', default: 'Staging' },
      purpose: { type: 'string', default: 'Registration' },
      /** of a scanner for authentication: whose key it is to seal to */
      domain: { type: 'string', default: 'https://auth.example.org' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      timeout: { type: 'string', default: '10000' },
      /** does not wait for the person: for a simulator */
      yes: { type: 'boolean', default: false },
    },
  })
  const port = Number(/^127\.0\.0\.1:(\d{1,5})$/.exec(values.address ?? '')?.[1])
  const timeoutMs = Number(values.timeout)
  if (!(port >= 4501 && port <= 4600))
    throw new Error('--address must be 127.0.0.1 with a port from 4501 to 4600')
  if (!(timeoutMs >= 1_000 && timeoutMs <= 60_000)) throw new Error('--timeout must be from 1000 to 60000')
  const purpose = zPurpose.safeParse(values.purpose).data
  if (!purpose) throw new Error('--purpose must be Registration or Auth')
  const read = (files: readonly string[]) => files.map((file) => readFileSync(file, 'utf8'))
  return { ...values, purpose, port, timeoutMs, device: read(values.root), ftm: read(values['ftm-root']) }
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>
  try {
    options = readOptions()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'Wrong call'}\n${usage}`)
    return 2
  }
  const { port, timeoutMs, device, ftm, env, purpose, json, markdown, yes } = options
  if (device.length === 0) say('No --root: no signature will be trusted.\n')
  const lines = yes ? undefined : createInterface({ input: process.stdin, output: process.stdout })
  const ask = async (what: string) => {
    if (lines) await lines.question(`${what}, then press Enter. `)
  }
  const trust = { device, ftm, revoked: [] }
  const report = await runChecks({ port, timeoutMs, env, purpose, domainUri: options.domain, ask, trust })
  lines?.close()
  say(asTable(report))
  if (json) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`)
  if (markdown) writeFileSync(markdown, asMarkdown(report))
  return report.ok ? 0 : 1
}

process.exitCode = await main()
