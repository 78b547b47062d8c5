/** `npm run bench -- NAME [--json]`: one benchmark; without NAME the list of them. Exit code 1 when a goal is missed. */
import { parseArgs } from 'node:util'
import { credentials } from './credentials.ts'
import { devices } from './devices.ts'
import { reportOf, type Bench, type Report } from './figures.ts'
import { fingers } from './fingers.ts'
import { fleet } from './fleet.ts'
import { handover } from './handover.ts'
import { mrz } from './mrz.ts'
import { qr } from './qr.ts'
import { queue } from './queue.ts'
import { startup } from './startup.ts'
import { sync } from './sync.ts'
import { ui } from './ui.ts'

const benches: Record<string, { about: string; run: Bench }> = {
  credentials: {
    about: 'issue, show and verify in each format, beside the library called naively (about 2 minutes)',
    run: credentials,
  },
  devices: {
    about: 'from a device to what it tells, each beside what the device itself takes',
    run: devices,
  },
  startup: {
    about: "built state to the first screen usable, the host's memory, bytes of the screens",
    run: startup,
  },
  fingers: {
    about: 'made-up fingers told apart by libfprint: wrong answers, time of a check, quality estimate',
    run: fingers,
  },
  handover: {
    about:
      'an ID from a screen to a phone by codes, with a fifth of the frames lost, beside plain numbered frames (about 2 minutes)',
    run: handover,
  },
  mrz: {
    about: "a passport's lines before a poor camera: how many are read, how soon, and none wrong",
    run: mrz,
  },
  qr: {
    about:
      'codes in poor frames: how many are read and how soon, beside both libraries alone (about 3 minutes)',
    run: qr,
  },
  fleet: {
    about: 'a day of 30, 100 and 300 kiosks against one issuer (about 6 minutes)',
    run: fleet,
  },
  queue: {
    about: 'saving beside writing by hand, and what 20,000 requests in the queue cost',
    run: queue,
  },
  sync: {
    about: 'an enrolment and a backlog over a link that drops, beside PouchDB attachments (about 6 minutes)',
    run: sync,
  },
  ui: {
    about:
      "the citizen's first screen on a slow machine, and what 200 citizens leave in the page (about 3 minutes)",
    run: ui,
  },
}

const say = (text: string) => console.error(text)

function table({ name, machine, figures }: Report): string {
  const rows = figures.map(({ name: what, value, unit, goal, baseline, ok }) =>
    [
      `  ${ok ? 'ok  ' : 'MISS'} ${what.padEnd(40)} ${String(value).padStart(8)} ${unit.padEnd(4)}`,
      goal === undefined ? '' : `goal ${goal}`.padEnd(14),
      baseline === undefined ? '' : `without us ${baseline}`,
    ].join(' '),
  )
  return [`${name} on ${machine['processor']}, ${machine['cores']} cores`, ...rows].join('\n')
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [name, ...others] = positionals
  const bench = name === undefined ? undefined : benches[name]
  if (name === undefined || !bench || others.length > 0) {
    const list = Object.entries(benches).map(([known, { about }]) => `  ${known.padEnd(12)} ${about}`)
    const text = ['npm run bench -- NAME [--json]', ...list].join('\n')
    if (name === undefined)
      console.log(values.json ? JSON.stringify({ benches: Object.keys(benches) }) : text)
    else say(`There is no benchmark "${positionals.join(' ')}".\n${text}`)
    return name === undefined ? 0 : 2
  }
  const report = reportOf(name, await bench.run(say))
  console.log(values.json ? JSON.stringify(report) : table(report))
  return report.ok ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error))
    process.exit(1)
  },
)
