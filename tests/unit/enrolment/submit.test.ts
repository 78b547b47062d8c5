import * as nodeFiles from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import type { Failure } from '../../../main/api/answer.ts'
import { zP256PublicJwk } from '../../../main/credentials/keys.ts'
import { fingersOf } from '../../../main/enrolment/finger-rules.ts'
import { openPacket, openPart, verifyDocument } from '../../../sync/packet.ts'
import { zPacket } from '../../../sync/z-packet.ts'
import type { RequestId } from '../../../sync/z-facts.ts'
import {
  commission,
  fill,
  freshDisk,
  issuerKeys,
  officer,
  openDesk,
  picture,
  type Desk,
  type Faults,
} from './enrolment-world.ts'

const citizen = demoCitizen.claims
let disk: Awaited<ReturnType<typeof freshDisk>>
let desk: Desk

beforeEach(async () => {
  disk = await freshDisk()
  desk = await openDesk(disk.path)
})
afterEach(async () => {
  await desk.close()
  await disk.done()
})

async function restart(faults?: Faults): Promise<void> {
  await desk.close()
  desk = await openDesk(disk.path, faults)
}

const valueOf = <T>(result: Result<T, Failure>): T => result._unsafeUnwrap()
const codeOf = (result: Result<unknown, Failure>) => (result.isErr() ? result.error.code : 'ok')

async function ready(): Promise<RequestId> {
  const id = await fill(desk)
  valueOf(await desk.service.consent(id, 'dz'))
  return id
}

describe('submitting', () => {
  test('seals what the issuer can open and check, and nobody else', async () => {
    const id = await fill(desk)
    await desk.service.captureFingers(id, 'thumbs', [{ finger: 'Left Thumb', reason: 'missing' }], undefined)
    await desk.service.consent(id, 'ne')
    const slip = valueOf(await desk.service.submit(id, officer))
    const doc = await desk.outbox.get(id)
    if (!doc) throw new Error('no document')
    expect(slip).toMatchObject({
      request: id,
      created: doc.created,
      officer: officer.name,
      kiosk: 'kiosk-001',
    })
    expect(await verifyDocument(doc, zP256PublicJwk.parse(commission.signingKey))).toBe(true)
    expect(commission.trust.sealing).not.toHaveProperty('d')
    const packet = zPacket.parse((await openPacket(doc.sealed, issuerKeys.sealing))._unsafeUnwrap())
    expect(packet).toMatchObject({
      ...{ request: id, reason: 'new', schemaVersion: 3, claims: citizen, staff: { officer: officer.id } },
      consent: { language: 'ne' },
      fingerprints: { exceptions: [{ finger: 'Left Thumb', reason: 'missing' }] },
    })
    const fingers = Object.values(fingersOf)
      .flat()
      .filter((finger) => finger !== 'Left Thumb')
    expect(packet.fingerprints.captured.map(({ finger }) => finger).toSorted()).toEqual(fingers.toSorted())
    const plain = async (part: string) => {
      const sha256 = doc.parts.find(({ name }) => name === part)?.sha256 ?? ''
      const key = packet.partKeys.find(({ name }) => name === part)
      const blob = await desk.blobs.read(sha256)
      return key && blob && Buffer.from(openPart(blob, key)._unsafeUnwrap())
    }
    expect(doc.parts).toHaveLength(10)
    expect((await plain('portrait'))?.equals(picture)).toBe(true)
    for (const { finger, part } of packet.fingerprints.captured) {
      expect((await plain(part))?.toString()).toBe(`record of ${finger} at 80`)
    }
  })

  test('a full disk is told as such, keeps the draft, leaves no orphans, and works when there is room', async () => {
    const id = await ready()
    let room = 3
    const open: typeof nodeFiles.open = (...args) => {
      if (String(args[0]).endsWith('.part') && (room -= 1) < 0) {
        return Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
      }
      return nodeFiles.open(...args)
    }
    await restart({ blobFiles: { ...nodeFiles, open } })
    expect(codeOf(await desk.service.submit(id, officer))).toBe('save.disk-full')
    expect(valueOf(await desk.service.get(id))).toMatchObject({
      hasPortrait: true,
      consent: { language: 'dz' },
    })
    expect(await nodeFiles.readdir(join(disk.path, 'blobs'))).toEqual([])
    expect(await desk.outbox.has(id)).toBe(false)
    room = 100
    expect(codeOf(await desk.service.submit(id, officer))).toBe('ok')
  })

  test('a draft that cannot be written for want of room is told as such', async () => {
    await restart({
      store: (store) => ({
        ...store,
        put: () =>
          Promise.reject(Object.assign(new Error('IO error: No space left on device'), { status: 500 })),
      }),
    })
    expect(codeOf(await desk.service.open(officer))).toBe('save.disk-full')
  })

  test('stopped between saving and deleting: the same slip, no draft to be seen, and gone at the next start', async () => {
    const id = await ready()
    await restart({
      submit: ({ store }) => ({ store: { ...store, remove: () => Promise.reject(new Error('power cut')) } }),
    })
    const slip = valueOf(await desk.service.submit(id, officer))
    expect(await desk.store.get(id)).toBeDefined()
    expect(await desk.service.drafts()).toEqual([])
    await restart()
    expect(await desk.store.get(id)).toBeUndefined()
    expect(valueOf(await desk.service.submit(id, officer))).toEqual(slip)
    expect(desk.index.byCid(citizen.cid)).toEqual([id])
    expect(await desk.audit.verify()).toMatchObject({ whole: true })
  })

  test('twice at once is once', async () => {
    const id = await ready()
    const slips = await Promise.all([1, 2, 3].map(() => desk.service.submit(id, officer)))
    expect(new Set(slips.map((slip) => JSON.stringify(valueOf(slip)))).size).toBe(1)
    expect(await desk.outbox.list()).toHaveLength(1)
  })

  test('what is not whole is not saved', async () => {
    const { id } = valueOf(await desk.service.open(officer))
    expect(codeOf(await desk.service.submit(id, officer))).toBe('draft.incomplete')
    await desk.service.discard(id)
    expect(codeOf(await desk.service.submit(id, officer))).toBe('draft.gone')
    expect(await desk.outbox.list()).toEqual([])
  })
})
