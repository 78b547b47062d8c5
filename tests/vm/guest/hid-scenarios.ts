/** The HID driver with the real node-hid on real /dev/hidrawN: a scanner through UHID, a reader on a virtual USB bus. */
import { fork } from 'node:child_process'
import { openHidDevices } from '../../../hardware/hid/hid-devices.ts'
import type { SpawnDriver } from '../../../hardware/driver-process.ts'
import type { Simulator } from '../../integration/simulator-process.ts'
import { becomes, hasCause, isAbsent, isReady, same, patienceMs, until, type Scenario } from './scenario.ts'
import { putRuleInPlace, seatBelongsTo, startUdev } from './udev.ts'

/** Nobody's number on Debian. */
const ordinaryUser = 65_534

/** As the kiosk's own, but for a user who may open no device by themselves. */
const forkAsOrdinaryUser: SpawnDriver = (file, env) => {
  const child = fork(file, [], {
    ...{ uid: ordinaryUser, gid: ordinaryUser, env: { ...process.env, ...env } },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  return {
    send: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}

export function hidScenarios(simulator: Simulator): readonly Scenario[] {
  const { scanner, uidReader } = openHidDevices({ silenceMs: patienceMs })
  const codes: string[] = []
  const uids: string[] = []
  scanner.onCode(({ text }) => codes.push(text))
  uidReader.onUid((uid) => uids.push(uid))
  const plug = (device: string) => simulator.post('/plug', { device })
  const unplug = (device: string) => simulator.post('/unplug', { device })

  async function reads(text: string): Promise<void> {
    codes.length = 0
    await simulator.post('/scan', { text })
    await until('a code is heard', () => codes.length > 0)
    same(codes, [text])
  }
  async function feels(uid: string): Promise<void> {
    uids.length = 0
    await simulator.post('/tap', { uid })
    await until('a touch is felt', () => uids.length > 0)
    same(uids, [uid])
  }

  return [
    {
      name: 'hid: a scanner on UHID is found, by its serial number, and a long code is read',
      async run() {
        await becomes(scanner, isAbsent)
        await plug('scanner')
        const found = await becomes(scanner, isReady)
        same('serial' in found && found.serial, 'SCN-0001')
        await reads('BTID:01J '.repeat(20).trimEnd())
      },
    },
    {
      name: 'hid: a reader on a virtual USB bus is found, with its strings, and a touch is felt',
      async run() {
        await plug('reader')
        const found = await becomes(uidReader, isReady)
        const { name, serial, firmware } = { name: '', serial: '', firmware: '', ...found }
        same([name, serial, firmware], ['Reference RFID reader', 'RDR-0001', '1.02'])
        await feels('04a1b2c3d4e5f6')
      },
    },
    {
      name: 'hid: both beep when they are asked to, and the scanner was put into its mode first',
      async run() {
        for (const port of [scanner, uidReader]) {
          const identified = await port.identify()
          if (identified.isErr()) throw new Error(identified.error)
        }
        const state = await (await fetch(`${simulator.url}/state`)).text()
        for (const signal of ['feature fe01', 'output fd0316070d', 'output 000701']) {
          if (!state.includes(signal)) throw new Error(`${signal} is not in ${state}`)
        }
      },
    },
    ...(['scanner', 'reader'] as const).map((device) => ({
      name: `hid: the ${device} is unplugged and plugged again, and reads without a restart`,
      async run() {
        const port = device === 'scanner' ? scanner : uidReader
        await unplug(device)
        same(await becomes(port, isAbsent).then((gone) => 'cause' in gone && gone.cause), 'hid.absent')
        await plug(device)
        await becomes(port, isReady)
        await (device === 'scanner' ? reads('again') : feels('01020304'))
      },
    })),
    {
      name: 'hid: a scanner that dies in the middle of a code leaves nothing of it behind',
      async run() {
        codes.length = 0
        await simulator.post('/scan', { text: 'half of it '.repeat(20), pullAfterReports: 2 })
        await becomes(scanner, isAbsent)
        same(codes, [])
        await plug('scanner')
        await becomes(scanner, isReady)
        await reads('a whole one')
        await Promise.all([scanner.close(), uidReader.close()])
      },
    },
    {
      name: 'hid: an ordinary user may not open a reader without the udev rule, and may with it',
      async run() {
        await startUdev()
        seatBelongsTo(ordinaryUser)
        const { scanner: other, uidReader: mine } = openHidDevices({
          ...{ spawn: forkAsOrdinaryUser, silenceMs: patienceMs },
        })
        mine.onUid((uid) => uids.push(uid))
        same(await becomes(mine, hasCause('hid.denied')).then(({ state }) => state), 'needs-attention')
        putRuleInPlace()
        await becomes(mine, isReady)
        await feels('0a0b0c0d')
        await Promise.all([other.close(), mine.close()])
      },
    },
  ]
}
