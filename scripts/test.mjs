/**
 * `npm test`: set up, then everything, quick things first. A stage that fails does not hide the next one. The last
 * line counts the tests of all stages.
 *
 * The integration tests mostly wait for daemons, and those listen on ports that the devices' makers fixed. Where this
 * machine can give a process a loopback of its own (Linux, as root), three run side by side, each in one; so do two of the
 * end-to-end tests, each with a demonstration of its own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

/** @param piece `1/8`, in a network of its own, or undefined for the whole project */
const vitest = (project, piece) => {
  const report = `${project}${piece ? `-${piece.split('/')[0]}` : ''}.json`
  const outputs = ['--reporter=default', '--reporter=json', `--outputFile.json=test-results/${report}`]
  return {
    name: `${project} tests${piece ? `, piece ${piece}` : ''}`,
    command: [
      ...(piece ? ownLoopback : []),
      ...['vitest', 'run', '--project', project, ...outputs, ...(piece ? [`--shard=${piece}`] : [])],
    ],
    report,
  }
}

/** @param file one specification, or undefined for all of them */
const playwright = (file) => {
  const name = file?.replace('.spec.ts', '')
  return {
    name: `end-to-end tests${name ? `, ${name}` : ''}`,
    command: [
      ...(name ? ownLoopback : []),
      ...['playwright', 'test', '--reporter=list,json'],
      ...(name ? [`tests/e2e/${file}`, `--output=test-results/e2e-${name}`] : []),
    ],
    report: `e2e${name ? `-${name}` : ''}.json`,
  }
}

const pieces = 12
const integration = () =>
  Array.from({ length: pieces }, (_, at) => vitest('integration', `${at + 1}/${pieces}`))

/** What takes longest begins first: at the end no lane waits long for another. */
const longest = ['citizen-door.spec.ts', 'phone-page.spec.ts', 'finger-check.spec.ts', 'journey.spec.ts']
const rank = (name) => (longest.includes(name) ? longest.indexOf(name) : longest.length)
const endToEnd = () =>
  readdirSync(join(root, 'tests/e2e'))
    .filter((name) => name.endsWith('.spec.ts'))
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => playwright(name))

const npmScript = (name) => ({ name: name.replace('check:', ''), command: ['npm', 'run', '--silent', name] })

/** What stands in one row runs side by side, as many as its lanes. */
const stages = () => [
  { lanes: 2, row: ['check:types', 'check:lint', 'check:format'].map(npmScript) },
  { lanes: 1, row: [vitest('unit')] },
  ...(canSeparate()
    ? [
        { lanes: 3, row: integration() },
        // It works the processor as hard as it can: beside others it makes them late.
        { lanes: 1, row: [vitest('chaos')] },
        { lanes: 2, row: endToEnd() },
      ]
    : [
        { lanes: 1, row: [vitest('integration')] },
        { lanes: 1, row: [vitest('chaos')] },
        { lanes: 1, row: [playwright()] },
      ]),
]

/**
 * Runs one stage. What it says is shown as it comes where it is alone in its row, else whole at its end.
 * @returns the exit status and the log still to be shown
 */
function runStage({ name, command, report }, isAlone) {
  const [program, ...args] = command
  const log = isAlone ? undefined : join(results, `${report ?? name}.log`)
  const started = Date.now()
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', log ? 'pipe' : 'inherit', log ? 'pipe' : 'inherit'],
    env: { ...projectEnvironment(), PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, report ?? 'none.json') },
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

function note(ended) {
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

async function runRow({ row, lanes }) {
  const waiting = [...row]
  const lane = async () => {
    for (let stage = waiting.shift(); stage; stage = waiting.shift())
      note(await runStage(stage, row.length === 1))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

for (const { row, lanes } of stages()) {
  say(`\n=== ${row[0].name}${row.length > 1 ? ` … ${row.at(-1).name}` : ''}`)
  await runRow({ row, lanes })
}
if (broken.length > 0) say(`\nFailed: ${broken.join(', ')}`)
say(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(broken.length > 0 ? 1 : 0)
