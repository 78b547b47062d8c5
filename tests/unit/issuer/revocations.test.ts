/** A re-issue revokes what it replaces: exactly once, in whatever order and however often it is told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { openRevocations } from '../../../sync/issuer/revocations.ts'
import { createStatusPublisher } from '../../../sync/issuer/status-publisher.ts'

const root = mkdtempSync(join(tmpdir(), 'revocations-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
const fresh = () => join(root, String((folders += 1)))

test('each request has a place of its own, and keeps it over a restart', async () => {
  const folder = fresh()
  const first = openRevocations(folder)
  const names = Array.from({ length: 60 }, (_, n) => `r${n}`)
  // All of them want the same one.
  const places = await Promise.all(names.map((name) => first.placeOf(name, 7)))
  expect(new Set(places).size).toBe(60)
  expect(places[0]).toBe(7)
  await first.close()
  const again = openRevocations(folder)
  expect(await Promise.all(names.map((name) => again.placeOf(name)))).toEqual(places)
  await again.close()
})

test('what is replaced is revoked once, and nobody else is', async () => {
  const folder = fresh()
  const one = openRevocations(folder)
  const [old, next] = [await one.placeOf('old'), await one.placeOf('next')]
  expect(await one.handedOver('other', 'pema')).toBe(false)
  expect(await one.handedOver('old', 'karma')).toBe(false)
  expect(await one.revoked()).toEqual([])
  // Both formats of the same request, the second after a restart.
  expect(await one.handedOver('next', 'karma')).toBe(true)
  await one.close()
  const again = openRevocations(folder)
  expect(await again.handedOver('next', 'karma')).toBe(false)
  expect(await again.revoked()).toEqual([old])
  // Told late of the old one: it does not come back, and the new one stays good.
  expect(await again.handedOver('old', 'karma')).toBe(false)
  expect(await again.revoked()).toEqual([old])
  expect(await again.handedOver('third', 'karma')).toBe(true)
  expect((await again.revoked()).toSorted()).toEqual([old, next].toSorted())
  await again.close()
})

test('queued at two kiosks and collected at the same moment: one of them is left, the others are revoked', async () => {
  const one = openRevocations(fresh())
  await one.handedOver('old', 'karma')
  const told = ['kiosk-1', 'kiosk-2', 'kiosk-1', 'kiosk-2'].map((request) => one.handedOver(request, 'karma'))
  expect((await Promise.all(told)).filter(Boolean)).toHaveLength(2)
  const revoked = await one.revoked()
  expect(revoked).toHaveLength(2)
  expect(revoked).toContain(await one.placeOf('old'))
  const left = await Promise.all(
    ['kiosk-1', 'kiosk-2'].map(async (name) => revoked.includes(await one.placeOf(name))),
  )
  expect(left.filter(Boolean)).toHaveLength(1)
  await one.close()
})

test('many revocations share one list; a list that could not be sent is sent again', async () => {
  vi.useFakeTimers()
  try {
    const problems: string[] = []
    const publish = vi.fn(async () => undefined).mockRejectedValueOnce(new TypeError('no'))
    const publisher = createStatusPublisher({ publish, onProblem: (event) => void problems.push(event) })
    for (let n = 0; n < 5; n += 1) publisher.changed()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(publish).toHaveBeenCalledTimes(1)
    expect(problems).toEqual(['status list not published: TypeError'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(publish).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(6 * 3_600_000)
    expect(publish).toHaveBeenCalledTimes(3)
    await publisher.close()
    publisher.changed()
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(publish).toHaveBeenCalledTimes(3)
  } finally {
    vi.useRealTimers()
  }
})
