import { err } from 'neverthrow'
import { describe, expect, it } from 'vitest'
import { createDeviceManager } from '../../../hardware/manager.ts'
import type { CardReaderPort, FingerprintPort } from '../../../hardware/ports.ts'
import type { Device } from '../../../hardware/z-device.ts'

/** A driver of which only the state matters here. */
function driver(first: Device) {
  const listeners = new Set<(device: Device) => void>()
  let now = first
  let closed = 0
  return {
    become(next: Device) {
      now = next
      for (const listener of listeners) listener(next)
    },
    closed: () => closed,
    listeners,
    device: () => now,
    onChange(listener: (device: Device) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => Promise.resolve(void (closed += 1)),
  }
}

function build() {
  const card = driver({ kind: 'card-reader', state: 'starting' })
  const finger = driver({ kind: 'fingerprint-scanner', state: 'starting' })
  const cards: CardReaderPort = {
    ...card,
    readIdentity: () => Promise.resolve(err('card.absent')),
    recognise: () => Promise.resolve(err('card.absent')),
    readTravelDocument: () => Promise.resolve(err('card.absent')),
  }
  const fingers: FingerprintPort = {
    ...finger,
    capture: () => Promise.resolve(err('finger.no-device')),
    stream: async function* () {
      yield new Uint8Array()
    },
  }
  return { card, finger, manager: createDeviceManager({ cards, fingers }) }
}

describe('the device manager', () => {
  it('lists card reader, scanner and camera as they are now', () => {
    const { card, manager } = build()
    card.become({ kind: 'card-reader', state: 'ready', name: 'R', holdsCard: true })
    manager.setCamera({ state: 'absent', cause: 'camera.absent' })
    expect(manager.list()).toEqual([
      { kind: 'card-reader', state: 'ready', name: 'R', holdsCard: true },
      { kind: 'fingerprint-scanner', state: 'starting' },
      { kind: 'camera', state: 'absent', cause: 'camera.absent' },
    ])
  })

  it('tells each change once, of any device, until it is told to stop', () => {
    const { card, finger, manager } = build()
    const told: string[] = []
    const stop = manager.onChange(({ kind, state }) => told.push(`${kind} ${state}`))
    card.become({ kind: 'card-reader', state: 'busy', name: 'R' })
    finger.become({ kind: 'fingerprint-scanner', state: 'busy', name: 'S' })
    manager.setCamera({ state: 'ready', name: 'C' })
    manager.setCamera({ state: 'ready', name: 'C' })
    stop()
    card.become({ kind: 'card-reader', state: 'starting' })
    expect(told).toEqual(['card-reader busy', 'fingerprint-scanner busy', 'camera ready'])
  })

  it('closes the drivers once', async () => {
    const { card, finger, manager } = build()
    await Promise.all([manager.close(), manager.close()])
    expect([card.closed(), finger.closed(), card.listeners.size]).toEqual([1, 1, 0])
  })
})
