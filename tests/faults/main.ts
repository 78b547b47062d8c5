/** `npm run faults -- [--runs N] [--seed S] [--json]`: random faults on every driver; exit code 0 only when all is well. */
import { parseArgs } from 'node:util'
import { enrolAfter } from './enrol-after.ts'
import { hasText } from './failure-texts.ts'
import { openFaultsWorld } from './faults-world.ts'
import { runFaults } from './run-faults.ts'

const say = (text: string) => console.error(text)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const runs = Number(values.runs)
  const seed = Number(values.seed)
  if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
    say('npm run faults -- [--runs N] [--seed S] [--json]; N from 1, S a whole number')
    return 2
  }
  let crashed = 0
  const crash = (error: unknown) => {
    crashed += 1
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)

  const world = await openFaultsWorld(say)
  try {
    for (const lane of world.lanes) await lane.works()
    const counted = await runFaults({ lanes: world.lanes, runs, seed, hasText, say })
    const enrolmentAfter = await enrolAfter(world.host).then(
      () => true,
      (error: unknown) => {
        say(`The enrolment afterwards: ${String(error)}`)
        return false
      },
    )
    const { hung, withoutText, wrongCause, notRecovered, byDevice } = counted
    const ok = crashed + hung + withoutText + wrongCause + notRecovered === 0 && enrolmentAfter
    const report = { runs: counted.runs, seed, crashed, hung, withoutText, wrongCause, notRecovered }
    const whole = { ...report, byDevice, enrolmentAfter, ok }
    console.log(values.json ? JSON.stringify(whole) : JSON.stringify(whole, null, 2))
    return ok ? 0 : 1
  } finally {
    await world.close()
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exit(1)
  },
)
