/** HID devices with the real node-hid in its own process, in front of virtual ones (umockdev and fake-hidraw.c). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { becomes, createHidWorld, hasCause, isReady, until, type HidWorld } from './hid-world.ts'

let world: HidWorld
beforeAll(async () => {
  world = await createHidWorld()
})
afterEach(() => world.reset())
afterAll(() => world.close())

describe('HID devices', () => {
  it('finds scanner and reader, by name and serial number, and says what they send', async () => {
    const { scanner, uidReader } = world.open()
    expect(await becomes(scanner, isReady)).toEqual({
      kind: 'code-scanner',
      state: 'ready',
      name: 'Honeywell Voyager 1400g',
      serial: 'SCN-0001',
      firmware: '1.02',
    })
    expect(await becomes(uidReader, isReady)).toMatchObject({ kind: 'uid-reader', serial: 'RDR-0001' })
    const codes: unknown[] = []
    const uids: string[] = []
    scanner.onCode((code) => codes.push(code))
    uidReader.onUid((uid) => uids.push(uid))
    const long = 'དཛོང་ཁ་ '.repeat(60)
    await world.simulator.post('/scan', { text: 'BTID:01J' })
    await world.simulator.post('/scan', { text: long.trimEnd(), symbology: ']d2' })
    await world.simulator.post('/tap', { uid: '04a1b2c3d4e5f6' })
    await until(() => codes.length === 2 && uids.length === 1)
    expect(codes).toEqual([
      { text: 'BTID:01J', symbology: ']Q1' },
      { text: long.trimEnd(), symbology: ']d2' },
    ])
    expect(uids).toEqual(['04a1b2c3d4e5f6'])
  })

  it('loses none of 1000 codes that come at once, and keeps their order', async () => {
    const { scanner } = world.open()
    await becomes(scanner, isReady)
    const codes: string[] = []
    scanner.onCode(({ text }) => codes.push(text))
    const reports = Array.from({ length: 1_000 }, (_none, n) => {
      const report = Buffer.alloc(64)
      const text = `code ${n}`
      report.set([2, text.length])
      report.write(']Q1', 2)
      report.write(text, 5)
      return report.toString('hex')
    })
    for (let from = 0; from < 1_000; from += 250) {
      await world.simulator.post('/reports', { device: 'scanner', reports: reports.slice(from, from + 250) })
    }
    await until(() => codes.length >= 1_000)
    expect(codes).toEqual(Array.from({ length: 1_000 }, (_none, n) => `code ${n}`))
  })

  it('sees unplug and replug, in another socket too, and reads again', async () => {
    const memory = world.memory()
    const { scanner } = world.open({ memory })
    await becomes(scanner, isReady)
    const states: string[] = []
    scanner.onChange(({ state }) => states.push(state))
    await world.simulator.post('/unplug', { device: 'scanner' })
    // It was there before, so it is missed and not merely optional.
    await becomes(scanner, (device) => device.state === 'absent')
    expect(scanner.device()).toEqual({ kind: 'code-scanner', state: 'absent', cause: 'hid.absent' })
    await world.simulator.post('/plug', { device: 'scanner', socket: 7 })
    expect(await becomes(scanner, isReady)).toMatchObject({ serial: 'SCN-0001' })
    // Not broken first and missing a moment later.
    expect(states.filter((state) => state !== 'starting')).toEqual(['absent', 'ready'])
    const codes: string[] = []
    scanner.onCode(({ text }) => codes.push(text))
    await world.simulator.post('/scan', { text: 'again' })
    await until(() => codes.length === 1)
  })

  it('makes a device beep, and puts the scanner into its mode first', async () => {
    const { scanner, uidReader } = world.open()
    await Promise.all([becomes(scanner, isReady), becomes(uidReader, isReady)])
    expect((await scanner.identify()).isOk()).toBe(true)
    expect((await uidReader.identify()).isOk()).toBe(true)
    const state = await (await fetch(`${world.simulator.url}/state`)).json()
    expect(state).toMatchObject({
      scanner: { signals: expect.arrayContaining(['feature fe01', 'output fd0316070d']) },
      reader: { signals: expect.arrayContaining(['output 000701']) },
    })
  })

  it('says that the system does not let it open a device, and opens it once it may', async () => {
    await world.simulator.post('/fault', { device: 'scanner', fault: 'denied' })
    const { scanner, uidReader } = world.open()
    await becomes(scanner, hasCause('hid.denied'))
    expect(scanner.device()).toMatchObject({ state: 'needs-attention' })
    await becomes(uidReader, isReady)
    await world.simulator.post('/fault', { device: 'scanner', fault: null })
    await becomes(scanner, isReady)
  })

  it('tells a device that does not answer, keeps the other one, and recovers by replugging', async () => {
    const { scanner, uidReader } = world.open()
    await Promise.all([becomes(scanner, isReady), becomes(uidReader, isReady)])
    await world.simulator.post('/fault', { device: 'scanner', fault: 'mute' })
    const identified = await scanner.identify()
    expect(identified.isErr() && identified.error).toBe('hid.silent')
    await becomes(scanner, hasCause('hid.silent'))
    const uids: string[] = []
    uidReader.onUid((uid) => uids.push(uid))
    await world.simulator.post('/tap', { uid: '01020304' })
    await until(() => uids.length === 1)
    await world.simulator.post('/unplug', { device: 'scanner' })
    await becomes(scanner, (device) => device.state === 'absent')
    await world.simulator.post('/fault', { device: 'scanner', fault: null })
    await world.simulator.post('/plug', { device: 'scanner' })
    await becomes(scanner, isReady)
  })

  it('says that a device sends nonsense, and believes it again when it makes sense', async () => {
    const { scanner } = world.open()
    await becomes(scanner, isReady)
    const codes: string[] = []
    scanner.onCode(({ text }) => codes.push(text))
    const nonsense = Array.from({ length: 25 }, (_none, n) => Buffer.alloc(64, n + 100).toString('hex'))
    await world.simulator.post('/reports', { device: 'scanner', reports: [...nonsense, '02', '02ff'] })
    await becomes(scanner, hasCause('hid.unfit'))
    expect(codes).toEqual([])
    await world.simulator.post('/scan', { text: 'good' })
    await becomes(scanner, isReady)
    expect(codes).toEqual(['good'])
  })

  it('starts its process again when it is killed, and says so when that goes on', async () => {
    const restarts = { delayMs: 50, most: 2, windowMs: 60_000 }
    const { scanner } = world.open({ restarts, memory: world.memory() })
    await becomes(scanner, isReady)
    const crashing = world.open({ restarts, file: new URL('./hid-crash.ts', import.meta.url).pathname })
    await becomes(crashing.scanner, hasCause('device.driver-stopped'))
    expect(crashing.scanner.device()).toMatchObject({ state: 'absent', optional: true })
  })
})
