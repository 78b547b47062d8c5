/**
 * `npm run chaos -- [--runs N] [--seed S] [--json] [--faults A,B] [--without-rule-4]`: random work under random faults; exit code 0 only
 * when everything that was called saved is at the issuer, exactly once. The seed gives the work and the faults; the
 * moments are the machine's own.
 */
import { parseArgs } from 'node:util'
import { onlyFaults } from './run/fault-kinds.ts'
import { runChaos } from './run/run-chaos.ts'

const say = (text: string) => process.stderr.write(`${text}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      /** only these, by name */
      faults: { type: 'string' },
      'without-rule-4': { type: 'boolean', default: false },
    },
  })
  const [runs, seed] = [Number(values.runs), Number(values.seed)]
  if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
    say(
      'npm run chaos -- [--runs N] [--seed S] [--json] [--faults A,B] [--without-rule-4]; N from 1, S a whole number',
    )
    return 2
  }
  const report = await runChaos({
    runs,
    seed,
    withoutRule4: values['without-rule-4'],
    say,
    ...(values.faults !== undefined && { faultOf: onlyFaults(values.faults.split(',')) }),
  })
  process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 2)}\n`)
  return report.ok ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error))
    process.exit(1)
  },
)
