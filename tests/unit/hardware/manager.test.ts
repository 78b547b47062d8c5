import { describe, expect, it } from 'vitest'
import { createDeviceManager } from '../../../hardware/manager.ts'
import type { DeviceBook, DeviceNote } from '../../../hardware/device-book.ts'
import type { DeviceKind, DriverDevice } from '../../../hardware/z-device.ts'

/** A driver of which only the state matters here. */
function driver(...first: DriverDevice[]) {
  const listeners = new Set<(device: DriverDevice) => void>()
  const users = new Set<(kind: DeviceKind, used: { name: string; serial?: string }) => void>()
  let now = first
  let closed = 0
  const device = () => now[0] ?? { kind: 'camera' as const, state: 'starting' as const }
  return {
    become(...next: DriverDevice[]) {
      now = next
      for (const listener of listeners) listener(device())
    },
    use(kind: DeviceKind, used: { name: string; serial?: string }) {
      for (const listener of users) listener(kind, used)
    },
    closed: () => closed,
    listeners,
    device,
    devices: () => now,
    onChange(listener: (device: DriverDevice) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onUse(listener: (kind: DeviceKind, used: { name: string; serial?: string }) => void) {
      users.add(listener)
      return () => void users.delete(listener)
    },
    close: () => Promise.resolve(void (closed += 1)),
  }
}

function openBook(): DeviceBook {
  const notes = new Map<string, DeviceNote>()
  return {
    of: (id) => notes.get(id) ?? {},
    setRole: (id, role) => Promise.resolve(void notes.set(id, { ...notes.get(id), role })),
    noteUse: (id, lastUse) => void notes.set(id, { ...notes.get(id), lastUse }),
  }
}

function build(clock = { now: () => Date.parse('2026-01-02T03:04:05Z') }) {
  const card = driver({ kind: 'card-reader', state: 'starting' })
  const finger = driver({ kind: 'fingerprint-scanner', state: 'starting' })
  const book = openBook()
  return { card, finger, book, manager: createDeviceManager({ cards: card, fingers: finger, book, clock }) }
}

const kind = 'card-reader'
const readerA = { kind, state: 'ready', name: 'R', serial: 'A' } as const
const readerB = { kind, state: 'ready', name: 'R', serial: 'B' } as const
const readersOf = (manager: ReturnType<typeof build>['manager']) =>
  manager.list().filter((one) => one.kind === kind)

describe('the device manager', () => {
  it('lists card reader, scanner and camera as they are now', () => {
    const { card, manager } = build()
    card.become({ ...readerA, holdsCard: true })
    manager.setCamera({ state: 'absent', cause: 'camera.absent' })
    expect(manager.list()).toEqual([
      { ...readerA, holdsCard: true, id: 'card-reader:A', knownBy: 'serial', role: 'both' },
      { kind: 'fingerprint-scanner', id: 'fingerprint-scanner', state: 'starting' },
      { kind: 'camera', id: 'camera', state: 'absent', cause: 'camera.absent' },
    ])
  })

  it('tells each change once, of any device, until it is told to stop', () => {
    const { card, finger, manager } = build()
    const told: string[] = []
    const stop = manager.onChange(({ kind, state }) => told.push(`${kind} ${state}`))
    card.become({ kind, state: 'busy', name: 'R' })
    finger.become({ kind: 'fingerprint-scanner', state: 'busy', name: 'S' })
    manager.setCamera({ state: 'ready', name: 'C' })
    manager.setCamera({ state: 'ready', name: 'C' })
    stop()
    card.become({ kind, state: 'starting' })
    expect(told).toEqual(['card-reader busy', 'fingerprint-scanner busy', 'camera ready'])
  })

  it('closes the drivers once', async () => {
    const { card, finger, manager } = build()
    await Promise.all([manager.close(), manager.close()])
    expect([card.closed(), finger.closed(), card.listeners.size]).toEqual([1, 1, 0])
  })
})

describe('a device that was unplugged', () => {
  it('is gone since then, with its name and cause, until it is back', () => {
    let now = Date.parse('2026-01-02T03:04:05Z')
    const { card, manager } = build({ now: () => now })
    card.become(readerA)
    card.become({ kind, state: 'absent', cause: 'card.no-reader' })
    const gone = {
      ...{ kind, id: 'card-reader:A', name: 'R', serial: 'A', knownBy: 'serial', role: 'both' },
      ...{ state: 'gone', since: '2026-01-02T03:04:05.000Z', cause: 'card.no-reader' },
    }
    now += 60_000
    expect(readersOf(manager)).toEqual([gone])
    card.become(readerA)
    expect(readersOf(manager)).toMatchObject([{ state: 'ready', id: 'card-reader:A' }])
  })

  it('is not gone while its driver or service cannot know', () => {
    const { card, manager } = build()
    card.become(readerA)
    card.become({ kind, state: 'starting' })
    expect(readersOf(manager)).toMatchObject([{ state: 'starting', id: kind }])
    card.become({ kind, state: 'absent', cause: 'card.service-down' })
    expect(readersOf(manager)).toMatchObject([{ state: 'absent', cause: 'card.service-down' }])
    card.become({ kind, state: 'needs-attention', name: 'PC/SC', cause: 'device.driver-stopped' })
    expect(readersOf(manager)).toMatchObject([{ state: 'needs-attention', id: kind }])
    card.become(readerA)
    expect(readersOf(manager)).toMatchObject([{ state: 'ready', id: 'card-reader:A' }])
  })

  it('is missed by nobody where another one does its work, unless it was meant for somebody', async () => {
    const { card, manager } = build()
    card.become(readerA, readerB)
    card.become(readerB)
    expect(readersOf(manager)).toMatchObject([
      { state: 'ready', serial: 'B' },
      { state: 'gone', serial: 'A', optional: true },
    ])
    expect(await manager.setRole('card-reader:A', 'citizen')).toBe(true)
    expect(readersOf(manager)[1]).not.toHaveProperty('optional')
  })
})

describe('what is remembered of a device', () => {
  it('is its role, whatever socket it is in, and when it was used', async () => {
    const { card, manager } = build()
    const told: string[] = []
    card.become(readerA, readerB)
    manager.onChange((device) => told.push(device.id))
    expect(await manager.setRole('card-reader:B', 'citizen')).toBe(true)
    card.use(kind, { name: 'R', serial: 'A' })
    card.become({ ...readerB, name: 'R 01' })
    expect(told).toEqual(['card-reader:B', 'card-reader:A', 'card-reader:B', 'card-reader:A'])
    expect(readersOf(manager)).toMatchObject([
      { id: 'card-reader:B', role: 'citizen' },
      { id: 'card-reader:A', role: 'both', lastUse: '2026-01-02T03:04:05.000Z' },
    ])
  })

  it('is no role for a device that takes none or is not known', async () => {
    const { manager } = build()
    manager.setCamera({ state: 'ready', name: 'C' })
    expect(await manager.setRole('camera:name:C', 'citizen')).toBe(false)
    expect(await manager.setRole('card-reader:C', 'citizen')).toBe(false)
    expect(await manager.setRole('card-reader', 'citizen')).toBe(false)
  })

  it('is the use of the camera, too, of which there is one at a time', () => {
    const { manager } = build()
    manager.setCamera({ state: 'ready', name: 'C' })
    manager.setCamera({ state: 'ready', name: 'D' })
    expect(manager.list()).toHaveLength(3)
    manager.cameraUsed()
    expect(manager.list()[2]).toMatchObject({ kind: 'camera', lastUse: '2026-01-02T03:04:05.000Z' })
  })
})
