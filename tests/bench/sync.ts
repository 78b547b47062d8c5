/**
 * Requests over the worst link: real sockets through a shaping proxy, ours beside PouchDB's attachments. The links stand
 * side by side, each for itself, so that the whole takes as long as its slowest.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ulid } from 'ulid'
import { createSealAndSave } from '../../main/enrolment/seal-and-save.ts'
import { startIssuer } from '../../sync/issuer/start-issuer.ts'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import { zRequestId, type RequestId } from '../../sync/z-facts.ts'
import type { Packet } from '../../sync/z-packet.ts'
import { commissionKiosk, enrolmentSizes, madeRequest } from '../fixtures/made-request.ts'
import { figure, type Bench, type Figure } from './figures.ts'
import { plainPouchdb } from './plain-pouchdb.ts'
import { openShapedLink, type LinkShape } from './shaped-link.ts'

const dropping: LinkShape = { bitsPerSecond: 128_000, roundTripMs: 300, dropEveryMs: 20_000 }
const slower: LinkShape = { bitsPerSecond: 64_000, roundTripMs: 300, dropEveryMs: 20_000, refusedShare: 0.05 }

interface Sent {
  finished: boolean
  seconds: number
  /** ciphertext of the parts */
  payload: number
  wireUp: number
  wireDown: number
  idealSeconds: number
  /** in which the issuer had the last payload of each */
  order: RequestId[]
  reissues: ReadonlySet<RequestId>
}

interface Wanted {
  kind: Packet['kind']
  sizes: readonly number[]
}

/** Saves everything, then opens the link. `withinTimes`: of the ideal time, then it is given up. */
async function ours(
  folder: string,
  shape: LinkShape,
  wanted: readonly Wanted[],
  withinTimes: number,
): Promise<Sent> {
  const issuer = await startIssuer({ dataDir: join(folder, 'issuer'), port: 0, demo: false })
  const link = await openShapedLink(issuer.url, shape, Math.random)
  const commission = await commissionKiosk(issuer.commissioningCode('Paro'), issuer.url, link.url)
  const sync = await openSync({
    dataDir: join(folder, 'kiosk'),
    issuer: () => ({ ...commission, url: link.url, signing: commission.trust.signing }),
    clock: { now: () => Date.now() },
    fetch,
    random: Math.random,
  })
  try {
    await saveAll(
      sync,
      createSealAndSave({ commission: () => commission, sync, random: randomBytes }),
      wanted,
    )
    const payload = (await sync.queue()).bytesToGo
    const idealSeconds = (payload * 8) / shape.bitsPerSecond
    const began = performance.now()
    const seconds = () => (performance.now() - began) / 1000
    sync.synchroniser.start()
    let took: number | undefined
    while (took === undefined && seconds() < idealSeconds * withinTimes + 20) {
      await delay(50)
      if ((await sync.queue()).bytesToGo === 0) took = seconds()
    }
    const moved = { ...link.moved }
    return {
      ...{ finished: took !== undefined, seconds: took ?? seconds(), payload, idealSeconds },
      ...{ wireUp: moved.up, wireDown: moved.down },
      ...(await arrivals(sync)),
    }
  } finally {
    await sync.close()
    await link.close()
    await issuer.close()
  }
}

async function saveAll(
  sync: KioskSync,
  sealAndSave: ReturnType<typeof createSealAndSave>,
  wanted: readonly Wanted[],
): Promise<void> {
  const first = Date.now() - wanted.length * 60_000
  for (const [n, { kind, sizes }] of wanted.entries()) {
    const at = new Date(first + n * 60_000).toISOString()
    const id = zRequestId.parse(ulid(first + n * 60_000))
    const cid = String(10_000_000_000 + n)
    const { packet, parts } = madeRequest(
      { kiosk: 'kiosk-001', office: 'Paro' },
      { id, kind, cid, sizes, at },
    )
    const saved = await sealAndSave(packet, parts)
    if (saved.isErr()) throw new Error(saved.error.code)
  }
  if ((await sync.list()).length !== wanted.length) throw new Error('Not everything was saved')
}

/** By the issuer's receipts, once it has looked at all of them. */
async function arrivals(sync: KioskSync): Promise<Pick<Sent, 'order' | 'reissues'>> {
  let list = await sync.list()
  for (let tries = 0; tries < 200 && list.some(({ state }) => state !== 'ready'); tries += 1) {
    await delay(200)
    list = await sync.list()
  }
  const rows = list.flatMap(({ id, timeline }) =>
    timeline.filter(({ state }) => state === 'checking').map(({ at }) => ({ id, at })),
  )
  return {
    order: rows.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ id }) => id),
    reissues: new Set(list.filter(({ document }) => document.kind === 'reissue').map(({ id }) => id)),
  }
}

function told(name: string, { finished, seconds, payload, wireUp, wireDown, idealSeconds }: Sent): Figure[] {
  return [
    figure({ name: `${name}: not finished`, value: finished ? 0 : 1, unit: '', goal: 0 }),
    figure({
      name: `${name}: bytes up, of the payload`,
      value: (100 * wireUp) / payload,
      unit: '%',
      goal: 106,
    }),
    figure({ name: `${name}: bytes down, of the payload`, value: (100 * wireDown) / payload, unit: '%' }),
    figure({
      name: `${name}: time, of the ideal`,
      value: (100 * seconds) / idealSeconds,
      unit: '%',
      goal: 115,
    }),
  ]
}

const backlog: readonly Wanted[] = Array.from({ length: 40 }, (_, n) => ({
  kind: n % 4 === 3 ? 'reissue' : 'enrolment',
  sizes: [12_000],
}))

/** How many enrolments had their last payload at the issuer before some re-issue had. */
function overtaken(order: readonly RequestId[], reissues: ReadonlySet<RequestId>): number {
  const last = order.findLastIndex((id) => reissues.has(id))
  return order.slice(0, last).filter((id) => !reissues.has(id)).length
}

export const sync: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-sync-'))
  const at = (name: string) => join(folder, name)
  const enrolment: Wanted[] = [{ kind: 'enrolment', sizes: enrolmentSizes }]
  const payload = enrolmentSizes.reduce((sum, size) => sum + size, 0)
  const idealSeconds = (payload * 8) / dropping.bitsPerSecond
  const step = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const done = await work
    say(`${name}: over`)
    return done
  }
  try {
    say('PouchDB attachments without a link in between, then four links side by side (about five minutes) …')
    const near = await plainPouchdb({
      ...{ folder: at('near'), sizes: enrolmentSizes, shape: undefined, withinMs: 30_000 },
    })
    if (!near.finished) throw new Error('The baseline does not work even without a link')
    const [fast, slow, plain, many] = await Promise.all([
      step('128 kbit/s', ours(at('fast'), dropping, enrolment, 2)),
      step('64 kbit/s', ours(at('slow'), slower, enrolment, 1.8)),
      step(
        'PouchDB attachments',
        plainPouchdb({
          ...{ folder: at('plain'), sizes: enrolmentSizes, shape: dropping },
          withinMs: idealSeconds * 3_000,
        }),
      ),
      step('40 requests', ours(at('many'), dropping, backlog, 6)),
    ])
    const ids = new Set(many.order)
    return [
      ...told('128 kbit/s, dropped every 20 s', fast),
      figure({ name: 'PouchDB attachments there: not finished', value: plain.finished ? 0 : 1, unit: '' }),
      figure({
        name: '  given up or done after, of the ideal',
        value: (100 * plain.seconds) / idealSeconds,
        unit: '%',
      }),
      figure({ name: '  bytes up, of the payload', value: (100 * plain.wireUp) / payload, unit: '%' }),
      figure({ name: '  bytes down, of the payload', value: (100 * plain.wireDown) / payload, unit: '%' }),
      figure({ name: '  attempts (connections)', value: plain.connections, unit: '' }),
      ...told('64 kbit/s, 5 % refused as well', slow),
      figure({ name: '40 requests: not all there', value: 40 - ids.size, unit: '', goal: 0 }),
      figure({
        name: '40 requests: enrolments before a re-issue',
        value: overtaken(many.order, many.reissues),
        unit: '',
        goal: 0,
      }),
      figure({
        name: '40 requests: time, of the ideal',
        value: (100 * many.seconds) / many.idealSeconds,
        unit: '%',
      }),
      figure({
        name: '40 requests: bytes up, of the payload',
        value: (100 * many.wireUp) / many.payload,
        unit: '%',
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
