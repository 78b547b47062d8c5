/**
 * How well fingers are told apart, and how long it takes, through the whole path: simulated finger, libfprint's image
 * device, helper, host. The fingers are made up: the counts say that the path works, nothing of people's fingers.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import { helperProgram } from '../../hardware/fingerprint/libfprint/helper-process.ts'
import type { FingerProgress, FingerVerifierPort } from '../../hardware/ports.ts'
import { attachImageDevice, type ImageDevice } from '../../hardware/simulators/finger/image-device.ts'
import { press, type Quality } from '../../hardware/simulators/finger/impression.ts'
import { growFinger, size, type MasterFinger } from '../../hardware/simulators/finger/master-finger.ts'
import { figure, median, type Bench } from './figures.ts'

const people = 20
const impressions = 4
const deadline = 20_000

interface Table {
  scanner: FingerVerifierPort
  device: ImageDevice
}

/** Presses that the scanner is given, one each time it wants a finger. */
function presses(device: ImageDevice, finger: MasterFinger, from: number, quality: Quality) {
  let impression = from
  let placedAt = 0
  const onProgress = (progress: FingerProgress) => {
    if (progress.kind !== 'finger' || progress.status !== 'needed') return
    placedAt = performance.now()
    void device.send({ image: press(finger, impression++, quality), ...size })
  }
  return { onProgress, elapsed: () => performance.now() - placedAt }
}

async function enrol({ scanner, device }: Table, finger: MasterFinger): Promise<Uint8Array> {
  const { onProgress } = presses(device, finger, 1_000, 'good')
  const enrolled = await scanner.enrol({ timeoutMs: deadline, onProgress })
  if (enrolled.isErr()) throw new Error(`Enrolment failed: ${enrolled.error}`)
  return enrolled.value
}

async function compare(
  { scanner, device }: Table,
  template: Uint8Array,
  finger: MasterFinger,
  impression: number,
) {
  const { onProgress, elapsed } = presses(device, finger, impression, 'good')
  const verified = await scanner.verify({ template, timeoutMs: deadline, onProgress })
  if (verified.isErr()) throw new Error(`Verification failed: ${verified.error}`)
  return { match: verified.value.match, ms: elapsed() }
}

async function qualityOf({ scanner, device }: Table, fingers: readonly MasterFinger[], quality: Quality) {
  const scores: number[] = []
  for (const finger of fingers.slice(0, 10)) {
    const { onProgress } = presses(device, finger, 500, quality)
    const captured = await scanner.captureImage({ timeoutMs: deadline, onProgress })
    if (captured.isErr()) throw new Error(`Capture failed: ${captured.error}`)
    scores.push(captured.value.quality.score)
  }
  return median(scores)
}

export const fingers: Bench = async (say) => {
  if (!existsSync(helperProgram())) throw new Error('There is no fingerprint helper: run `npm run build`.')
  const folder = mkdtempSync(join(tmpdir(), 'finger-bench-'))
  const socket = join(folder, 'image.sock')
  const device = attachImageDevice(socket)
  const scanner = openFingerVerifier({ env: { FP_VIRTUAL_IMAGE: socket } })
  try {
    for (let tries = 0; scanner.device().state !== 'ready' && tries < 100; tries += 1) await pause(100)
    const table = { scanner, device }
    say(`Growing ${people} fingers …`)
    const grown = Array.from({ length: people }, (_, person) => growFinger(person + 1, 1))
    say('Enrolling them …')
    const templates: Uint8Array[] = []
    for (const finger of grown) templates.push(await enrol(table, finger))
    const times: number[] = []
    const wrong = { match: 0, nonMatch: 0, genuine: 0, impostor: 0 }
    for (const [owner, template] of templates.entries()) {
      for (const [person, finger] of grown.entries()) {
        for (let impression = 1; impression <= impressions; impression += 1) {
          const { match, ms } = await compare(table, template, finger, person * 100 + impression)
          times.push(ms)
          if (owner === person) wrong.genuine += 1
          else wrong.impostor += 1
          if (owner === person && !match) wrong.nonMatch += 1
          if (owner !== person && match) wrong.match += 1
        }
      }
      say(
        `${owner + 1} of ${people}: ${wrong.nonMatch} of ${wrong.genuine} not known again, ${wrong.match} of ${wrong.impostor} taken for another`,
      )
    }
    const sorted = times.toSorted((one, other) => one - other)
    const count = (name: string, value: number) => figure({ name, value, unit: '' })
    return [
      count('genuine comparisons', wrong.genuine),
      count('of these not known again (false non-match)', wrong.nonMatch),
      count('impostor comparisons', wrong.impostor),
      count('of these taken for another (false match)', wrong.match),
      figure({ name: 'finger placed to answer, median', value: median(times), unit: 'ms', goal: 1_000 }),
      figure({
        name: 'the same, 95 of 100',
        value: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
        unit: 'ms',
        goal: 2_000,
      }),
      count('quality of good prints, median', await qualityOf(table, grown, 'good')),
      count('quality of dry prints, median', await qualityOf(table, grown, 'dry')),
      count('quality of wet prints, median', await qualityOf(table, grown, 'wet')),
      count('quality of noisy prints, median', await qualityOf(table, grown, 'noisy')),
      count('quality of blurred prints, median', await qualityOf(table, grown, 'blurred')),
    ]
  } finally {
    await scanner.close()
    device.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
