/** Faults of the barcode scanner and the card number reader on HID, and of the process that both share. */
import { randomUUID } from 'node:crypto'
import type { CardUidPort, CodeScannerPort } from '../../hardware/ports.ts'
import type { DeviceFault } from '../../hardware/z-device.ts'
import type { Model } from '../../hardware/simulators/hid/models.ts'
import type { Simulator } from '../integration/simulator-process.ts'
import { becomes, between, isReady, shownCause, type Fault, type Lane } from './lane.ts'

interface Parts {
  scanner: CodeScannerPort
  uidReader: CardUidPort
  simulator: Simulator
  crash(): void
}

export function hidLane({ scanner, uidReader, simulator, crash }: Parts): Lane {
  const ports = { scanner, reader: uidReader }
  const fault = (name: string, cause: DeviceFault, play: Fault['play']): Fault => ({
    ...{ name, play, expected: [cause], deadlineMs: 30_000 },
  })
  const heal = async (device: Model) => void (await simulator.post('/fault', { device, fault: null }))
  const identify = async (device: Model) => {
    const result = await ports[device].identify()
    return result.isErr() ? result.error : undefined
  }
  const ofOne = (device: Model): Fault[] => [
    fault(`unplugged-${device}`, 'hid.absent', async (random) => {
      await simulator.post('/unplug', { device })
      // What breaks off under way is a failure at first; the next look says that the device is not there.
      await becomes('it is gone', () => ports[device].device().state === 'absent')
      const told = await shownCause(ports[device])
      await simulator.post('/plug', {
        device,
        socket: between(random, 1, 4) * 2 - (device === 'reader' ? 1 : 0),
      })
      return told
    }),
    fault(`denied-${device}`, 'hid.denied', async () => {
      await simulator.post('/unplug', { device })
      await becomes('it is gone', () => ports[device].device().state === 'absent')
      await simulator.post('/fault', { device, fault: 'denied' })
      await simulator.post('/plug', { device })
      await becomes('it is seen', () => ports[device].device().state !== 'absent')
      const told = await shownCause(ports[device])
      await heal(device)
      return told
    }),
    fault(`broken-${device}`, 'hid.failed', async () => {
      await simulator.post('/fault', { device, fault: 'broken' })
      const told = await identify(device)
      await heal(device)
      return told
    }),
    fault(`mute-${device}`, 'hid.silent', async () => {
      await simulator.post('/fault', { device, fault: 'mute' })
      const told = await identify(device)
      await heal(device)
      return told
    }),
    fault(`nonsense-${device}`, 'hid.unfit', async (random) => {
      const nonsense = () => Buffer.alloc(64, between(random, 100, 250)).toString('hex')
      await simulator.post('/reports', { device, reports: Array.from({ length: 25 }, nonsense) })
      return shownCause(ports[device])
    }),
  ]

  async function hears(listen: (heard: () => void) => () => void, act: () => Promise<unknown>) {
    let heard = false
    const stop = listen(() => (heard = true))
    try {
      await act()
      await becomes('it is heard', () => heard, 5_000)
    } finally {
      stop()
    }
  }

  return {
    device: 'hid',
    faults: [
      ...ofOne('scanner'),
      ...ofOne('reader'),
      fault('driver-crash', 'device.driver-stopped', async () => {
        // The other way round the signal may be over before the process is, and there is nothing to tell.
        crash()
        return (await identify('scanner')) ?? (await shownCause(scanner))
      }),
    ],
    async works() {
      // A device that sent nonsense is believed again once it makes sense.
      const isThere = (port: CodeScannerPort | CardUidPort) => () => {
        const device = port.device()
        return device.state === 'ready' || ('cause' in device && device.cause === 'hid.unfit')
      }
      await becomes('the scanner is there', isThere(scanner))
      await becomes('the reader is there', isThere(uidReader))
      const text = randomUUID()
      await hears(
        (heard) => scanner.onCode((code) => code.text === text && heard()),
        () => simulator.post('/scan', { text }),
      )
      await hears(uidReader.onUid, () => simulator.post('/tap', { uid: '04a1b2c3' }))
      await becomes('both are ready', () => isReady(scanner)() && isReady(uidReader)())
    },
    close: () => simulator.stop(),
  }
}
