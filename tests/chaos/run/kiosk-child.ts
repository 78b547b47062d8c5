/**
 * The kiosk's queue and its way to the issuer as a process of its own, to be killed at any moment. It takes orders on
 * stdin and answers on stdout, a JSON line each. `node kiosk-child.ts DATA COMMISSION-FILE CLOCK-OFFSET-MS [--without-rule-4]`
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { zCommission } from '../../../main/commission/z-commission.ts'
import { createSealAndSave } from '../../../main/enrolment/seal-and-save.ts'
import { saveFaultOf } from '../../../sync/blobs.ts'
import { openSync } from '../../../sync/open-sync.ts'
import { madeRequest } from '../../fixtures/made-request.ts'
import { leaveRule4Out } from './without-rule-4.ts'
import { say, zKioskOrder, type KioskOrder, type QueueLine } from './z-orders.ts'

const [, , data = '', commissionFile = '', offset = '0', flag] = process.argv
if (flag === '--without-rule-4') leaveRule4Out()
let offsetMs = Number(offset)
const clock = { now: () => Date.now() + offsetMs }
const commission = zCommission.parse(JSON.parse(readFileSync(commissionFile, 'utf8')))

const sync = await openSync({
  dataDir: data,
  issuer: () => ({ ...commission, url: commission.issuerUrl, signing: commission.trust.signing }),
  clock,
  fetch,
  random: Math.random,
  probeUpMs: 300,
  probeDownMs: 100,
}).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  // As the host does it: no room is an end of its own, to be started again when there is some.
  process.exit(saveFaultOf(error) === 'save.disk-full' ? 4 : 1)
})
const sealAndSave = createSealAndSave({ commission: () => commission, sync, random: randomBytes })
sync.synchroniser.start()

async function save({ do: _, ...asked }: KioskOrder & { do: 'save' }): Promise<void> {
  const { id } = asked
  // As submitting does it: a request that is there is the answer.
  if (await sync.outbox.has(id)) return say({ id, saved: true })
  const at = new Date(clock.now()).toISOString()
  const { packet, parts } = madeRequest(commission, { ...asked, at })
  const done = await sealAndSave(packet, parts)
  say(done.isOk() ? { id, saved: true } : { id, saved: false, code: done.error.code })
}

async function list(): Promise<void> {
  const queue = (await sync.list()).map(({ id, state, bytesToGo, timeline, refusal }): QueueLine => ({
    ...{ id, state, bytesToGo },
    readies: timeline.filter((entry) => entry.state === 'ready').length,
    ...(refusal && { refusal }),
  }))
  say({ queue })
}

async function obey(order: KioskOrder): Promise<void> {
  switch (order.do) {
    case 'save':
      return save(order).catch(() => say({ id: order.id, saved: false, code: 'thrown' }))
    case 'list':
      return list()
    case 'wake':
      return sync.synchroniser.wake()
    case 'engine':
      return say({ engine: sync.synchroniser.progress() })
    case 'clock':
      offsetMs = order.offsetMs
  }
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => void obey(zKioskOrder.parse(JSON.parse(line))))
lines.on('close', () => process.exit(0))
say({ ready: true })
