/** What saving costs beside doing the least by hand, and what a long queue costs. */
import { execFile } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ulid } from 'ulid'
import { z } from 'zod'
import type { Commission } from '../../main/commission/z-commission.ts'
import { createSealAndSave } from '../../main/enrolment/seal-and-save.ts'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { openSync as openQueue } from '../../sync/open-sync.ts'
import { zRequestId } from '../../sync/z-facts.ts'
import { commissionKiosk, enrolmentSizes, madeRequest } from '../fixtures/made-request.ts'
import { figure, median, type Bench } from './figures.ts'
import { fillQueue } from './full-queue.ts'
import { hostWithQueue } from './host-with-queue.ts'

const child = fileURLToPath(new URL('./queue-child.ts', import.meta.url))
const zMeasured = z.object({
  ...{ openMs: z.number(), saveMs: z.number(), queueMs: z.number(), listMs: z.number() },
  ...{ memoryMb: z.number(), waiting: z.number() },
})
const many = 20_000
const rounds = 15

/** Encrypting and writing the same bytes, with one fsync: the least that "on the disk" can mean. */
function byHand(path: string, parts: readonly { bytes: Uint8Array }[]): number {
  const began = performance.now()
  const file = openSync(path, 'w', 0o600)
  for (const { bytes } of parts) {
    const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12))
    writeSync(file, Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))
  }
  fsyncSync(file)
  closeSync(file)
  return performance.now() - began
}

async function sealAndSaveTimes(folder: string, commission: Commission) {
  const sync = await openQueue({
    dataDir: join(folder, 'saved'),
    issuer: () => undefined,
    clock: { now: () => Date.now() },
    fetch,
    random: Math.random,
  })
  const sealAndSave = createSealAndSave({ commission: () => commission, sync, random: randomBytes })
  const hand = join(folder, 'hand')
  mkdirSync(hand)
  const ours: number[] = []
  const theirs: number[] = []
  // Turn and turn about; the first ones warm up.
  for (let round = -3; round < rounds; round += 1) {
    const at = new Date().toISOString()
    const cid = String(20_000_000_000 + round)
    const asked = { id: zRequestId.parse(ulid()), kind: 'enrolment' as const, cid, sizes: enrolmentSizes, at }
    const { packet, parts } = madeRequest(commission, asked)
    const began = performance.now()
    const saved = await sealAndSave(packet, parts)
    const took = performance.now() - began
    if (saved.isErr()) throw new Error(saved.error.code)
    const least = byHand(join(hand, String(round)), parts)
    if (round < 0) continue
    ours.push(took)
    theirs.push(least)
  }
  await sync.close()
  return { ours: median(ours), theirs: median(theirs) }
}

async function opened(data: string, commissionFile: string) {
  const { stdout } = await promisify(execFile)(process.execPath, [child, data, commissionFile])
  return zMeasured.parse(JSON.parse(stdout))
}

export const queue: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-queue-'))
  const issuer = await startIssuer({ dataDir: join(folder, 'issuer'), port: 0, demo: true })
  try {
    const commission = await commissionKiosk(issuer.commissioningCode('Paro'), issuer.url)
    const commissionFile = join(folder, 'commission.json')
    writeFileSync(commissionFile, JSON.stringify(commission), { mode: 0o600 })
    say('Seal and save …')
    const { ours, theirs } = await sealAndSaveTimes(folder, commission)
    say(`Filling a queue with ${many} requests …`)
    await fillQueue(join(folder, 'full'), many, commission.kiosk)
    // Turn and turn about. The first opening of the full queue is told by itself: it has never been opened before.
    const first = await opened(join(folder, 'full'), commissionFile)
    const full: z.infer<typeof zMeasured>[] = []
    const empty: z.infer<typeof zMeasured>[] = []
    for (let round = 0; round < 3; round += 1) {
      full.push(await opened(join(folder, 'full'), commissionFile))
      empty.push(await opened(join(folder, `empty-${round}`), commissionFile))
    }
    const both = (of: (one: z.infer<typeof zMeasured>) => number) => ({
      value: median(full.map(of)),
      baseline: median(empty.map(of)),
    })
    const save = both(({ saveMs }) => saveMs)
    say('The whole host on that queue …')
    const host = await hostWithQueue({ folder: join(folder, 'host'), issuer, requests: many })
    return [
      figure({ name: 'seal and save of 1.5 MB', value: ours, unit: 'ms', baseline: theirs }),
      figure({ name: 'the same, of writing by hand', value: (100 * ours) / theirs, unit: '%', goal: 250 }),
      figure({ name: '20,000 requests: open', unit: 'ms', goal: 2_000, ...both(({ openMs }) => openMs) }),
      figure({ name: '  opened for the first time', unit: 'ms', value: first.openMs }),
      figure({ name: '  one more save', unit: 'ms', ...save }),
      figure({
        name: '  of one in an empty queue',
        value: (100 * save.value) / save.baseline,
        unit: '%',
        goal: 150,
      }),
      figure({ name: '  what waits, told', unit: 'ms', ...both(({ queueMs }) => queueMs) }),
      figure({ name: '  every request, told', unit: 'ms', ...both(({ listMs }) => listMs) }),
      figure({ name: "  today's screen: its three questions", value: host.todayMs, unit: 'ms', goal: 50 }),
      figure({ name: '  host ready', value: host.readyMs, unit: 'ms' }),
      figure({ name: '  host memory', value: host.memoryMb, unit: 'MB', goal: 350 }),
    ]
  } finally {
    await issuer.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
