/** Payloads in a bucket: nothing is acknowledged that is not in it, and what it did not take is offered again. */
import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBucketPayloads } from '../../sync/issuer/payloads/bucket-payloads.ts'
import { openUploads, type Uploads } from '../../sync/issuer/uploads.ts'
import { sha256Hex } from '../../sync/packet.ts'
import { checkedHeader } from '../../sync/uploader.ts'
import { startBucket, type BucketWorld, type DoorMode } from './bucket-world.ts'
import { freshFolder, until } from './host-world.ts'
import { syncWorld } from './sync-world.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
let bucket: BucketWorld
beforeAll(async () => {
  folder = await freshFolder()
  bucket = await startBucket(join(folder.path, 's3'))
})
afterEach(() => {
  bucket.mode = 'open'
})
afterAll(async () => {
  await bucket.close()
  await folder.done()
})

const payload = () => {
  const bytes = randomBytes(3_000)
  return { bytes, sha256: sha256Hex(bytes) }
}
const keyOf = (sha256: string) => `/kiosks/payloads/${sha256.slice(0, 2)}/${sha256}`

describe('the issuer', () => {
  test('takes a request in whose payloads lie in the bucket, and knows them after a restart', async () => {
    const world = await syncWorld({ payloads: bucket.choice, metricsPort: 0 })
    const a = await world.kiosk()
    const made = await world.make(a, { cid: '11111111121' })
    expect(await world.ended(a, await world.send(a, made))).toEqual(['received', 'checking', 'ready'])
    const [blob] = made.blobs
    expect(bucket.asked).toContain(`PUT ${keyOf(blob?.sha256 ?? '')}`)
    expect(bucket.asked).toContain(`GET ${keyOf(blob?.sha256 ?? '')}`)
    const metrics = await (await fetch(`${world.state.issuer.metricsUrl}/metrics`)).text()
    for (const line of ['kiosks 1', 'requests_open 0', 'spool_held_up 0', 'store_feed_up 1'])
      expect(metrics).toContain(`kiosk_issuer_${line}\n`)
    const health = await fetch(`${world.state.issuer.metricsUrl}/health`)
    expect(await health.json()).toMatchObject({ requests_open: 0, outboxes_unread: 0 })
    const uploads = join(world.folder, 'issuer', 'uploads')
    expect(readdirSync(uploads)).toEqual(['arriving'])
    expect(readdirSync(join(uploads, 'arriving'))).toEqual([])
    await world.restart()
    const wanted = { sha256: [blob?.sha256, '0'.repeat(64)] }
    const have = await world.post('/uploads/have', wanted, a.authorization)
    expect(await have.json()).toEqual({ have: [blob?.sha256] })
    bucket.mode = 503
    const silent = await world.post('/uploads/have', { sha256: ['1'.repeat(64)] }, a.authorization)
    expect(silent.status).toBe(503)
    // The same payload again costs no second question.
    expect((await world.post('/uploads/have', { sha256: [blob?.sha256] }, a.authorization)).status).toBe(200)
    await world.close()
  })
})

describe('the spool', () => {
  let uploads: Uploads
  let server: Server
  let url: string
  let spool: string
  let kept: string[]
  async function open(reserveBytes = 0): Promise<void> {
    kept = []
    uploads = await openUploads({
      ...{ spool, payloads: openBucketPayloads(bucket.choice), onProblem: () => undefined },
      ...{ retryMs: 50, reserveBytes },
    })
    uploads.onArrived((sha256) => kept.push(sha256))
    const app = express()
    app.post('/uploads/have', express.json(), uploads.have)
    // As `authenticate` does it.
    app.use((_request, response, next) => {
      response.locals['kiosk'] = { id: 'kiosk-001' }
      next()
    })
    app.all(/^\/uploads(\/.*)?$/, uploads.handler)
    server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  async function close(): Promise<void> {
    await uploads.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  const begun = (sha256: string, size: number) =>
    fetch(`${url}/uploads`, {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(size),
        'upload-metadata': `sha256 ${Buffer.from(sha256).toString('base64')}`,
      },
    })
  async function send({ bytes, sha256 }: ReturnType<typeof payload>) {
    const at = new URL((await begun(sha256, bytes.length)).headers.get('location') ?? '', `${url}/uploads`)
    const sent = await fetch(at, {
      method: 'PATCH',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: bytes,
    })
    const look = () => fetch(at, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })
    return { sent, look }
  }
  const have = async (sha256: string) => {
    const answer = await fetch(`${url}/uploads/have`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sha256: [sha256] }),
    })
    return answer.ok ? ((await answer.json()) as { have: string[] }).have.length > 0 : answer.status
  }
  let n = 0
  beforeAll(() => {
    spool = join(folder.path, 'spool-0')
  })
  afterEach(async () => {
    await close()
    spool = join(folder.path, `spool-${(n += 1)}`)
  })

  test.each<[DoorMode, string]>([
    [403, 'does not know us'],
    [503, 'is ill'],
    ['silent', 'says nothing'],
    ['yes', 'says yes to everything and keeps nothing'],
  ])('holds what a server %s that %s did not take, and brings it when it can', async (mode, _what) => {
    await open()
    const one = payload()
    bucket.mode = mode
    const { sent, look } = await send(one)
    expect(sent.status).toBe(503)
    expect(sent.headers.get(checkedHeader)).toBeNull()
    // A tus client waits for this one; on another status it would send everything a second time.
    expect((await look()).status).toBe(423)
    expect(kept).toEqual([])
    expect(await uploads.state()).toMatchObject({ files: 1, bytes: 3_000, heldUp: 1 })
    bucket.mode = 'open'
    await until('The payload', async () => (kept.includes(one.sha256) ? true : undefined))
    const after = await look()
    expect(after.headers.get(checkedHeader)).toBe(one.sha256)
    expect(after.headers.get('upload-offset')).toBe('3000')
    expect(await have(one.sha256)).toBe(true)
    expect(await uploads.state()).toMatchObject({ files: 0, heldUp: 0 })
  })

  test('says nothing of payloads while the bucket is gone, and acknowledges none', async () => {
    await open()
    const at = join(folder.path, 's3')
    renameSync(join(at, 'kiosks'), join(at, 'away'))
    const one = payload()
    expect((await send(one)).sent.status).toBe(503)
    expect(await have(one.sha256)).toBe(503)
    renameSync(join(at, 'away'), join(at, 'kiosks'))
    await until('The payload', async () => (kept.includes(one.sha256) ? true : undefined))
  })

  test('takes up what a crash left between the last byte and the bucket, also where the bucket is away', async () => {
    const one = payload()
    await open()
    await close()
    writeFileSync(join(spool, 'cafe'), one.bytes)
    const said = { id: 'cafe', size: one.bytes.length, metadata: { sha256: one.sha256 } }
    writeFileSync(join(spool, 'cafe.json'), JSON.stringify(said))
    bucket.mode = 503
    await open()
    expect(readdirSync(spool)).toHaveLength(2)
    bucket.mode = 'open'
    await until('The payload', async () => (kept.includes(one.sha256) ? true : undefined))
    await until('The spool', async () => (readdirSync(spool).length === 0 ? true : undefined))
  })

  test('begins no upload for which its disk has no room', async () => {
    await open(Number.MAX_SAFE_INTEGER)
    const one = payload()
    expect((await begun(one.sha256, one.bytes.length)).status).toBe(507)
  })

  test('gives out no payload that the bucket has damaged or lost', async () => {
    await open()
    const one = payload()
    expect((await send(one)).sent.status).toBe(204)
    expect(await uploads.read(one.sha256)).toEqual(new Uint8Array(one.bytes))
    const files = readdirSync(join(folder.path, 's3'), { recursive: true, withFileTypes: true }).filter(
      (file) => file.isFile() && join(file.parentPath, file.name).includes(one.sha256),
    )
    for (const file of files.filter(({ name }) => /object$/.test(name)))
      writeFileSync(join(file.parentPath, file.name), Buffer.alloc(3_000))
    await expect(uploads.read(one.sha256)).rejects.toThrow('other bytes')
    await expect(uploads.read('2'.repeat(64))).rejects.toThrow('404')
  })
})
