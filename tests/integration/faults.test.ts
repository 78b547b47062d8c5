/** A small fault run with a fixed seed; the large one is `npm run faults -- --runs 1000 --seed 1`. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../faults/main.ts', import.meta.url))

test('40 random faults: none crashes or hangs, each is told by its true cause, each device works again, a citizen is enrolled', async () => {
  const args = [program, '--runs', '40', '--seed', '7', '--json']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args).catch((error) => error)
  const report: unknown = JSON.parse(stdout)
  expect(report, stderr).toMatchObject({
    ...{ runs: 40, seed: 7, crashed: 0, hung: 0, withoutText: 0, wrongCause: 0, notRecovered: 0 },
    ...{ enrolmentAfter: true, ok: true },
  })
}, 240_000)
