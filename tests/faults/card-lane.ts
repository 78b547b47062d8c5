/** Faults of cards and their reader: the real PC/SC daemon, the virtual reader, and our driver's own process. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JWK } from 'jose'
import type { CardReaderPort } from '../../hardware/ports.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import type { Simulator } from '../integration/simulator-process.ts'
import { becomes, between, shownCause, type Fault, type Lane, type Random } from './lane.ts'

interface Parts {
  card: CardReaderPort
  simulator: Simulator
  trusted: readonly JWK[]
  crash(): void
}

export function cardLane({ card, simulator, trusted, crash }: Parts): Lane {
  const read = async (waitMs: number, signal?: AbortSignal) => {
    const result = await card.readIdentity({ trusted, waitMs, ...(signal && { signal }) })
    return result.isErr() ? result.error : undefined
  }
  const holdsCard = () => {
    const device = card.device()
    return device.state === 'ready' && device.holdsCard === true
  }
  const isEmpty = () => {
    const device = card.device()
    return device.state === 'ready' && !device.holdsCard
  }
  const insert = async (body: object) => {
    await simulator.post('/remove')
    await becomes('the reader is empty', isEmpty)
    await simulator.post('/insert', body)
  }
  const reading =
    (body: (random: Random) => object): Fault['play'] =>
    async (random) => {
      await insert(body(random))
      return read(6_000)
    }
  const fault = (name: string, cause: DeviceFault, play: Fault['play']): Fault => ({
    ...{ name, play, expected: [cause], deadlineMs: 45_000 },
  })

  return {
    device: 'card-reader',
    faults: [
      fault(
        'broken-signature',
        'card.bad-signature',
        reading(() => ({ card: 'broken-signature' })),
      ),
      fault(
        'mute',
        'card.mute',
        reading(() => ({ card: 'mute' })),
      ),
      fault(
        'blank',
        'card.unreadable',
        reading(() => ({ card: 'blank' })),
      ),
      fault(
        'passport',
        'card.travel-document',
        reading(() => ({ card: 'passport-bac' })),
      ),
      fault(
        'pulled',
        'card.removed',
        reading((random) => ({ card: 'genuine', pullAfterApdus: between(random, 0, 3) })),
      ),
      fault(
        'falls-silent',
        'card.mute',
        reading((random) => ({ card: 'genuine', silentAfterApdus: between(random, 0, 3) })),
      ),
      fault('no-card', 'card.absent', async () => {
        await simulator.post('/remove')
        await becomes('the reader is empty', isEmpty)
        return read(300)
      }),
      fault('cancelled', 'device.cancelled', async (random) => {
        await insert({ card: 'mute' })
        return read(6_000, AbortSignal.timeout(between(random, 50, 1_500)))
      }),
      fault('driver-crash', 'device.driver-stopped', async (random) => {
        await insert({ card: 'mute' })
        await becomes('the card is seen', holdsCard)
        const ended = read(0)
        await sleep(between(random, 50, 500))
        crash()
        return (await ended) ?? (await shownCause(card))
      }),
    ],
    async works() {
      await simulator.post('/remove')
      await becomes('the reader is empty', isEmpty)
      await simulator.post('/insert', { card: 'genuine' })
      const trouble = await read(10_000)
      if (trouble) throw new Error(`A good card is not read: ${trouble}`)
    },
    close: () => simulator.stop(),
  }
}
