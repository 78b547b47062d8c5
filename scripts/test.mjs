/**
 * `npm test`: set up, then everything, quick things first. A stage that fails does not hide the next one. The last
 * line counts the tests of all stages.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectEnvironment, root, setUp } from './setup.mjs'

const results = join(root, 'test-results')
const say = (text) => process.stdout.write(`${text}\n`)

/** Counts of a vitest or Playwright JSON report; undefined when there is none. */
function read(file) {
  try {
    const report = JSON.parse(readFileSync(join(results, file), 'utf8'))
    if (report.stats) {
      const { expected, unexpected, flaky, skipped } = report.stats
      return { passed: expected + flaky, failed: unexpected, skipped }
    }
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests }
  } catch {
    return undefined
  }
}

const vitest = (project) => ({
  name: `${project} tests`,
  command: [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=test-results/${project}.json`,
  ],
  report: `${project}.json`,
})

const stages = [
  { name: 'types', command: ['npm', 'run', '--silent', 'check:types'] },
  { name: 'lint', command: ['npm', 'run', '--silent', 'check:lint'] },
  { name: 'format', command: ['npm', 'run', '--silent', 'check:format'] },
  vitest('unit'),
  vitest('integration'),
  vitest('chaos'),
  { name: 'end-to-end tests', command: ['playwright', 'test', '--reporter=list,json'], report: 'e2e.json' },
]

setUp()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
const totals = { passed: 0, failed: 0, skipped: 0 }
const broken = []
for (const stage of stages) {
  const started = Date.now()
  say(`\n=== ${stage.name}`)
  const [program, ...args] = stage.command
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...projectEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'e2e.json') },
  })
  const counts = stage.report ? read(stage.report) : { passed: 0, failed: 0, skipped: 0 }
  for (const key of Object.keys(totals)) totals[key] += counts?.[key] ?? 0
  // A stage that ended badly, or left no report, is a failure even where no single test says so.
  if (status !== 0 || !counts) {
    broken.push(stage.name)
    if (!counts?.failed) totals.failed += 1
  }
  say(
    `=== ${stage.name}: ${broken.includes(stage.name) ? 'FAILED' : 'ok'} (${Math.round((Date.now() - started) / 1000)} s)`,
  )
}
if (broken.length > 0) say(`\nFailed: ${broken.join(', ')}`)
say(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(broken.length > 0 ? 1 : 0)
