/**
 * A queue opened in a process of its own: how long it takes, what one more save and the screen's questions cost, and its
 * memory. One line of JSON. `node queue-child.ts DATA COMMISSION-FILE`
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ulid } from 'ulid'
import { zCommission } from '../../main/commission/z-commission.ts'
import { createSealAndSave } from '../../main/enrolment/seal-and-save.ts'
import { openSync } from '../../sync/open-sync.ts'
import { zRequestId } from '../../sync/z-facts.ts'
import { madeRequest } from '../fixtures/made-request.ts'
import { median } from './figures.ts'

const [, , data = '', commissionFile = ''] = process.argv
const commission = zCommission.parse(JSON.parse(readFileSync(commissionFile, 'utf8')))

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
async function middle(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let n = 0; n < times; n += 1) all.push(await timed(work))
  return median(all)
}

const began = performance.now()
const sync = await openSync({
  dataDir: data,
  issuer: () => undefined,
  clock: { now: () => Date.now() },
  fetch,
  random: Math.random,
})
const openMs = performance.now() - began
const sealAndSave = createSealAndSave({ commission: () => commission, sync, random: randomBytes })
let made = 0
async function saveOne(): Promise<void> {
  const at = new Date().toISOString()
  const cid = String(10_000_000_000 + (made += 1))
  const asked = { id: zRequestId.parse(ulid()), kind: 'enrolment' as const, cid, sizes: [8_000, 8_000], at }
  const { packet, parts } = madeRequest(commission, asked)
  const saved = await sealAndSave(packet, parts)
  if (saved.isErr()) throw new Error(saved.error.code)
}
await saveOne()
const saveMs = await middle(15, saveOne)
const queueMs = await middle(5, () => sync.queue())
const listMs = await middle(5, () => sync.list())
const memoryMb = process.memoryUsage().rss / 2 ** 20
const waiting = (await sync.queue()).waiting
console.log(JSON.stringify({ openMs, saveMs, queueMs, listMs, memoryMb, waiting }))
await sync.close()
process.exit(0)
