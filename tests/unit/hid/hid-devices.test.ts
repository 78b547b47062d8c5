/** Several scanners on one kiosk: who hears which, and what is told of each. */
import { afterEach, describe, expect, it } from 'vitest'
import type { DriverProcess } from '../../../hardware/driver-process.ts'
import { openHidDevices } from '../../../hardware/hid/hid-devices.ts'
import type { Attached } from '../../../hardware/hid/z-hid.ts'
import type { DeviceRole } from '../../../hardware/z-device.ts'

const scanner = (serial: string, more: Partial<Attached> = {}): Attached => ({
  ...{
    key: `0c2e:0b8f:${serial}`,
    yields: 'code',
    name: 'Scanner',
    serial,
    state: 'open',
    canIdentify: true,
  },
  ...more,
})

let opened: ReturnType<typeof openHidDevices> | undefined
afterEach(() => opened?.scanner.close())

function build(roles: Record<string, DeviceRole> = {}) {
  let hear: (raw: unknown) => void = () => undefined
  const sent: object[] = []
  const child: DriverProcess = {
    send: (message) => void sent.push(message),
    onMessage: (listener) => void (hear = listener),
    onExit: () => undefined,
    kill: () => undefined,
  }
  const devices = openHidDevices({ spawn: () => child, file: 'none', roleOf: (id) => roles[id] ?? 'both' })
  opened = devices
  const heard = { staff: [] as string[], citizen: [] as string[], anybody: [] as string[], b: [] as string[] }
  devices.scanner.onCode(({ text }) => heard.staff.push(text), 'staff')
  devices.scanner.onCode(({ text }) => heard.citizen.push(text), 'citizen')
  devices.scanner.onCode(({ text }) => heard.anybody.push(text))
  devices.scanner.onCode(({ text }) => heard.b.push(text), { id: 'code-scanner:B' })
  return {
    ...devices,
    heard,
    sent,
    see: (...attached: Attached[]) => hear({ kind: 'seen', devices: attached }),
    scan: (serial: string, text: string) => hear({ kind: 'code', key: `0c2e:0b8f:${serial}`, text }),
  }
}

describe('two code scanners', () => {
  it('are each for whom they are meant', () => {
    const { see, scan, heard } = build({ 'code-scanner:A': 'staff', 'code-scanner:B': 'citizen' })
    see(scanner('A'), scanner('B'))
    scan('A', 'a')
    scan('B', 'b')
    expect(heard).toEqual({ staff: ['a'], citizen: ['b'], anybody: ['a', 'b'], b: ['b'] })
  })

  it('are both for everybody until somebody says otherwise', () => {
    const { see, scan, heard } = build()
    see(scanner('A'), scanner('B'))
    scan('A', 'a')
    scan('B', 'b')
    expect(heard).toEqual({ staff: ['a', 'b'], citizen: ['a', 'b'], anybody: ['a', 'b'], b: ['b'] })
  })

  it('become one that serves both when the other is unplugged or broken', () => {
    const { see, scan, heard } = build({ 'code-scanner:A': 'staff', 'code-scanner:B': 'citizen' })
    see(scanner('A'))
    scan('A', 'alone')
    see(scanner('A'), scanner('B', { state: 'silent' }))
    scan('A', 'still')
    expect(heard).toMatchObject({ staff: ['alone', 'still'], citizen: ['alone', 'still'], b: [] })
  })

  it('are told each, and each use of them, and made to beep each', () => {
    const { see, scan, scanner: port, sent } = build()
    const used: unknown[] = []
    port.onUse?.((kind, { serial }) => used.push([kind, serial]))
    see(scanner('A'), scanner('B', { state: 'denied' }))
    expect(port.devices?.()).toEqual([
      { kind: 'code-scanner', state: 'ready', name: 'Scanner', serial: 'A' },
      { kind: 'code-scanner', state: 'needs-attention', name: 'Scanner', serial: 'B', cause: 'hid.denied' },
    ])
    scan('A', 'a')
    expect(used.length).toBeGreaterThan(0)
    expect(new Set(used.map(String))).toEqual(new Set(['code-scanner,A']))
    void port.identify('code-scanner:B')
    expect(sent).toMatchObject([{ kind: 'identify', key: '0c2e:0b8f:B' }])
  })
})
