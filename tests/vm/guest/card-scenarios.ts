/** The card driver on a USB card reader: the kernel's USB, udev, pcscd and the CCID driver are the real ones. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { JWK } from 'jose'
import { openCardReader } from '../../../hardware/card/card-reader.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import type { DriverDevice } from '../../../hardware/z-device.ts'
import type { HostLine } from './host-line.ts'
import { becomes, hasCause, isReady, patienceMs, same, type Scenario } from './scenario.ts'
import { startUdev } from './udev.ts'

const holdsCard = (device: DriverDevice) => device.state === 'ready' && device.holdsCard === true
const isEmpty = (device: DriverDevice) => device.state === 'ready' && device.holdsCard !== true

export function cardScenarios(host: HostLine, trusted: readonly JWK[]): readonly Scenario[] {
  // QEMU's reader does not end the exchange under way when its card goes: the CCID driver does, after 3 s.
  const card = openCardReader({ silenceMs: patienceMs, deadlineMs: 10_000 })
  const read = () => card.readIdentity({ trusted, waitMs: 30_000 })

  async function readsTheCitizen(): Promise<void> {
    const result = await read()
    if (result.isErr()) throw new Error(result.error)
    same(result.value.claims['fullName'], demoCitizen.claims.fullName)
    if (!result.value.portrait?.length) throw new Error('There is no portrait')
  }

  return [
    {
      name: 'ccid: without a PC/SC service that is said, and with it the USB reader is found',
      async run() {
        await becomes(card, hasCause('card.service-down'))
        await startUdev()
        // The system's own readers are left out, the virtual one of the other tests among them.
        mkdirSync('/run/work/no-readers', { recursive: true })
        spawn('pcscd', ['--foreground', '--config', '/run/work/no-readers'], { stdio: ['ignore', 2, 2] })
        const found = await becomes(card, isReady, 60_000)
        same('name' in found && /CCID|QEMU|Gemalto|Gemplus/i.test(found.name), true)
      },
    },
    {
      name: "ccid: an office card is read, its portrait too, and its issuer's signature checked",
      async run() {
        await host.ask({ do: 'insert', card: 'genuine' })
        await becomes(card, holdsCard)
        await readsTheCitizen()
      },
    },
    {
      name: 'ccid: a forged card is told',
      async run() {
        await host.ask({ do: 'remove' })
        await becomes(card, isEmpty)
        await host.ask({ do: 'insert', card: 'broken-signature' })
        await becomes(card, holdsCard)
        const result = await read()
        same(result.isErr() && result.error, 'card.bad-signature')
      },
    },
    {
      name: 'ccid: a card that is pulled out while it is read is told, and the next one is read',
      async run() {
        await host.ask({ do: 'remove' })
        await becomes(card, isEmpty)
        await host.ask({ do: 'insert', card: 'genuine', pullAfterApdus: 3 })
        await becomes(card, holdsCard)
        const result = await read()
        same(result.isErr() && result.error, 'card.removed')
        await becomes(card, isEmpty)
        await host.ask({ do: 'insert', card: 'genuine' })
        await becomes(card, holdsCard)
        await readsTheCitizen()
      },
    },
    {
      name: 'ccid: the reader is unplugged and plugged again, and a card is read without a restart',
      async run() {
        await host.ask({ do: 'unplug-reader' })
        await becomes(card, hasCause('card.no-reader'))
        await host.ask({ do: 'plug-reader' })
        await becomes(card, isEmpty)
        await host.ask({ do: 'insert', card: 'genuine' })
        await becomes(card, holdsCard)
        await readsTheCitizen()
      },
    },
  ]
}
