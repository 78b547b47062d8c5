/** What goes next: newest re-issue, what one piece finishes, oldest enrolment; and how large a piece is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keepSpeed, speedOfLastRun } from '../../../sync/kept-speed.ts'
import { LinkSpeed } from '../../../sync/link-speed.ts'
import { frontOf, inOrder, partsInOrder } from '../../../sync/upload-order.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 9, minute)).toISOString()
const one = (kind: 'enrolment' | 'reissue', minute: number, bytesToGo = 1_000_000) => ({
  head: { kind, created: at(minute) },
  bytesToGo,
})

test('the newest re-issue goes first, then what one piece finishes, then the oldest enrolment', () => {
  const old = one('enrolment', 1)
  const young = one('enrolment', 5)
  const nearlyDone = one('enrolment', 9, 20_000)
  const citizen = one('reissue', 3)
  const laterCitizen = one('reissue', 7)
  expect(inOrder([young, old, citizen, nearlyDone, laterCitizen], 64_000)).toEqual([
    laterCitizen,
    citizen,
    nearlyDone,
    old,
    young,
  ])
})

test('the front of a long queue is the front of its whole order', () => {
  const any = fc.record({
    head: fc.record({
      kind: fc.constantFrom('enrolment' as const, 'reissue' as const),
      created: fc.nat(59).map(at),
    }),
    bytesToGo: fc.integer({ min: 1, max: 200_000 }),
  })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 60 }), fc.nat(20), (all, most) => {
      expect(frontOf(all, 64_000, most)).toEqual(inOrder(all, 64_000).slice(0, most))
    }),
  )
})

test('within a request the small ones go first', () => {
  const parts = [300, 20, 100].map((bytes, n) => ({ name: `part-${n}`, sha256: 'a'.repeat(64), bytes }))
  expect(partsInOrder(parts).map(({ bytes }) => bytes)).toEqual([20, 100, 300])
})

describe('a piece', () => {
  test('of three takes four seconds of the line, on whatever line, within bounds; one that keeps nobody waiting longer', () => {
    for (const [speed, bytes] of [
      [1_000, 16_384],
      [16_000, 64_000],
      [100_000, 400_000],
      [50_000_000, 1_048_576],
    ] as const) {
      let now = 0
      const measured = new LinkSpeed(() => now)
      measured.begin()
      for (let n = 0; n < 200; n += 1) {
        now += 500
        measured.acknowledged(speed / 2)
      }
      expect(measured.pieceBytes(3)).toBe(bytes)
      expect(measured.pieceBytes(1, true)).toBe(Math.min(1_048_576, Math.max(16_384, speed * 15)))
      expect(measured.bytesPerSecond()).toBeCloseTo(speed, -2)
    }
  })

  test('becomes smaller within a minute or two when the line becomes slow; a pause is not slowness', () => {
    let now = 0
    const measured = new LinkSpeed(() => now)
    const go = (speed: number, seconds: number) => {
      for (let n = 0; n < seconds; n += 1) {
        now += 1_000
        measured.acknowledged(speed)
      }
    }
    measured.begin()
    go(100_000, 60)
    measured.pause()
    now += 3_600_000
    measured.begin()
    expect(measured.bytesPerSecond()).toBeCloseTo(100_000, -3)
    go(8_000, 180)
    expect(measured.bytesPerSecond()).toBeLessThan(25_000)
  })

  test('begins with what the last run measured, and soon believes this one; what cannot be read is nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kept-speed-'))
    const path = join(folder, 'link-speed.json')
    expect(await speedOfLastRun(path)).toBeUndefined()
    await keepSpeed(path, 20_000)
    let now = 0
    const measured = new LinkSpeed(() => now, await speedOfLastRun(path))
    expect(measured.pieceBytes(3)).toBe(80_000)
    measured.begin()
    for (let n = 0; n < 60; n += 1) {
      now += 1_000
      measured.acknowledged(8_000)
    }
    expect(measured.bytesPerSecond()).toBeLessThan(9_500)
    for (const damaged of ['', '{"bytesPerSecond":-1}', '{"bytesPer', '7']) {
      writeFileSync(path, damaged)
      expect(await speedOfLastRun(path)).toBeUndefined()
    }
    rmSync(folder, { recursive: true })
  })
})
