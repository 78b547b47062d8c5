/**
 * Issue, show and verify credentials in each format, cold and warm, beside the signature alone and beside the library
 * called naively. All times are CPU time of the whole process, which is what a call costs a core.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { issueFoundationalLdp } from '../../main/credentials/issue-ldp.ts'
import { generateIssuerKey } from '../../main/credentials/keys.ts'
import { derivedCases } from '../fixtures/derived-cases.ts'
import { naiveIssue, naiveVerify } from '../fixtures/naive-library.ts'
import { suiteVerdict } from '../fixtures/suite-verdict.ts'
import { calls, naively } from './credential-calls.ts'
import { claims } from './credential-content.ts'
import { sameInOthers } from './same-verdicts.ts'
import { figure, median, type Bench, type Figure } from './figures.ts'

const runs = 3
/** text of the length of one */
const portrait = Buffer.alloc(1_900, 'face').toString('base64url')
const alone = 'P-256 signature alone'
/** Whose figure is the goal: measured in each run, the others once. */
const inEachRun = ['ecdsa-sd-2023', naively('ecdsa-sd-2023'), alone]
const steps = ['issue', 'derive', 'verify'] as const

const zTimes = z.object({ issue: z.number(), derive: z.number().optional(), verify: z.number() })
const zMeasured = z.object({ cold: zTimes, warm: zTimes })
type Measured = z.infer<typeof zMeasured>

async function measure(name: string): Promise<Measured> {
  const child = fileURLToPath(new URL('credential-child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [child, name])
  return zMeasured.parse(JSON.parse(stdout))
}

/** @returns % of good and bent credentials of which both say the same, in both directions */
async function sameVerdicts(): Promise<number> {
  const [issuerKey, holder, stranger] = await Promise.all([1, 2, 3].map(() => generateIssuerKey()))
  if (!issuerKey || !holder || !stranger) throw new Error('keys')
  const options = {
    ...{ issuerKey, holderJwk: holder.publicJwk, claims: { ...claims, thramNumber: '345', portrait } },
    status: { listUrl: 'https://issuer.example/status/1', index: 42 },
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2031-01-01T00:00:00Z'),
  }
  const ours = await issueFoundationalLdp(options)
  const theirs = await naiveIssue(options)
  const all = [
    ...(await derivedCases([ours, theirs], stranger)),
    ...(await derivedCases([theirs, ours], stranger)),
  ]
  const same = await Promise.all(
    all.map(async ({ credential }) => {
      const now = options.validFrom
      return (await suiteVerdict(credential, now)) === (await naiveVerify(credential, now))
    }),
  )
  return (100 * same.filter(Boolean).length) / same.length
}

export const credentials: Bench = async (say) => {
  const figures: Figure[] = []
  const all = new Map<string, Measured[]>()
  // In turn, so that a busy minute of the machine meets all of them.
  for (let run = 1; run <= runs; run += 1) {
    const names = run === 1 ? Object.keys(calls) : inEachRun
    for (const name of names) all.set(name, [...(all.get(name) ?? []), await measure(name)])
    say(`run ${run} of ${runs}`)
  }
  const ms = (name: string, heat: 'cold' | 'warm', step: (typeof steps)[number]) =>
    median((all.get(name) ?? []).map((one) => one[heat][step] ?? NaN))
  for (const name of Object.keys(calls)) {
    for (const step of steps) {
      if (all.get(name)?.[0]?.warm[step] === undefined) continue
      figures.push(
        figure({ name: `${name}: ${step}, cold`, unit: 'ms', value: ms(name, 'cold', step) }),
        figure({ name: `${name}: ${step}, warm`, unit: '/s', value: 1000 / ms(name, 'warm', step) }),
      )
    }
  }
  for (const step of ['issue', 'verify'] as const) {
    figures.push(
      figure({
        name: `ecdsa-sd-2023: ${step}, time it takes of what the library called naively takes`,
        unit: '%',
        goal: 50,
        value: (100 * ms('ecdsa-sd-2023', 'warm', step)) / ms(naively('ecdsa-sd-2023'), 'warm', step),
      }),
    )
  }
  for (const [format, same] of Object.entries({ 'ecdsa-sd-2023': sameVerdicts, ...sameInOthers })) {
    figures.push(
      figure({
        name: `${format}: credentials of which both say otherwise`,
        unit: '%',
        goal: 0,
        value: 100 - (await same()),
      }),
    )
  }
  return figures
}
