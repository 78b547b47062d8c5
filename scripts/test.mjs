/**
 * `npm test`: set up, then everything, quick things first. A stage that fails does not hide the next one. The last
 * line counts the tests of all stages.
 *
 * The integration tests mostly wait for daemons, and those listen on ports that the devices' makers fixed. Where this
 * machine can give a process a loopback of its own (Linux, as root), two halves of them run side by side, each in one.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs'
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

/** In front of a command: gives it a network of its own that holds a loopback and nothing else. */
const ownLoopback = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const canSeparate = () =>
  process.platform === 'linux' &&
  spawnSync(ownLoopback[0], [...ownLoopback.slice(1), 'true'], { stdio: 'ignore' }).status === 0

/** @param half `1/2`, or undefined for the whole project */
const vitest = (project, half) => {
  const report = `${project}${half ? `-${half[0]}` : ''}.json`
  const outputs = ['--reporter=default', '--reporter=json', `--outputFile.json=test-results/${report}`]
  return {
    name: `${project} tests${half ? `, half ${half}` : ''}`,
    command: [
      ...(half ? ownLoopback : []),
      ...['vitest', 'run', '--project', project, ...outputs, ...(half ? [`--shard=${half}`] : [])],
    ],
    report,
  }
}

/** What stands in one row runs side by side. */
const stages = () => [
  [{ name: 'types', command: ['npm', 'run', '--silent', 'check:types'] }],
  [{ name: 'lint', command: ['npm', 'run', '--silent', 'check:lint'] }],
  [{ name: 'format', command: ['npm', 'run', '--silent', 'check:format'] }],
  [vitest('unit')],
  canSeparate() ? [vitest('integration', '1/2'), vitest('integration', '2/2')] : [vitest('integration')],
  [vitest('chaos')],
  [{ name: 'end-to-end tests', command: ['playwright', 'test', '--reporter=list,json'], report: 'e2e.json' }],
]

/**
 * Runs one stage. What the first of a row says is shown as it comes; what its neighbour says stands whole after it.
 * @returns the exit status and the log still to be shown
 */
function runStage({ name, command, report }, isFirst) {
  const [program, ...args] = command
  const log = isFirst ? undefined : join(results, `${report}.log`)
  const started = Date.now()
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', log ? 'pipe' : 'inherit', log ? 'pipe' : 'inherit'],
    env: { ...projectEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'e2e.json') },
  })
  if (log) {
    const file = createWriteStream(log)
    child.stdout.pipe(file)
    child.stderr.pipe(file)
  }
  return new Promise((resolve) => {
    const end = (status) =>
      resolve({ name, report, log, status, seconds: Math.round((Date.now() - started) / 1000) })
    child.once('error', () => end(1))
    child.once('close', end)
  })
}

setUp()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
const totals = { passed: 0, failed: 0, skipped: 0 }
const broken = []
for (const row of stages()) {
  say(`\n=== ${row.map(({ name }) => name).join(' | ')}`)
  for (const ended of await Promise.all(row.map((stage, index) => runStage(stage, index === 0)))) {
    if (ended.log) say(readFileSync(ended.log, 'utf8'))
    const counts = ended.report ? read(ended.report) : { passed: 0, failed: 0, skipped: 0 }
    for (const key of Object.keys(totals)) totals[key] += counts?.[key] ?? 0
    // A stage that ended badly, or left no report, is a failure even where no single test says so.
    const failed = ended.status !== 0 || !counts
    if (failed) {
      broken.push(ended.name)
      if (!counts?.failed) totals.failed += 1
    }
    say(`=== ${ended.name}: ${failed ? 'FAILED' : 'ok'} (${ended.seconds} s)`)
  }
}
if (broken.length > 0) say(`\nFailed: ${broken.join(', ')}`)
say(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(broken.length > 0 ? 1 : 0)
