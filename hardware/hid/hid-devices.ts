/** The HID devices of the kiosk behind their ports: one barcode scanner, one reader of card numbers. */
import { err, ok, type Result } from 'neverthrow'
import type { CardUidPort, CodeScannerPort, OneDevicePort } from '../ports.ts'
import type { DriverDevice, DeviceFault } from '../z-device.ts'
import { createHidClient, type HidClient, type HidOptions } from './hid-client.ts'
import { chooseDevice, openDeviceMemory, type DeviceMemory } from './remembered-device.ts'
import type { Attached, HidState, IdentifyTrouble } from './z-hid.ts'
import type { Yields } from './z-profile.ts'

export interface HidDevicesOptions extends HidOptions {
  /** the file that remembers which device does which work */
  memory?: string
}

export interface HidDevices {
  scanner: CodeScannerPort
  uidReader: CardUidPort
}

const kinds = { code: 'code-scanner', 'card-uid': 'uid-reader' } as const

const faultOfState: Readonly<Record<Exclude<HidState, 'opening' | 'open'>, DeviceFault>> = {
  denied: 'hid.denied',
  failed: 'hid.failed',
  silent: 'hid.silent',
  unfit: 'hid.unfit',
}
const faultOfIdentify: Readonly<Record<IdentifyTrouble | 'driver-stopped', DeviceFault>> = {
  gone: 'hid.absent',
  cannot: 'hid.no-signal',
  silent: 'hid.silent',
  failed: 'hid.failed',
  'driver-stopped': 'device.driver-stopped',
}

/** Opens what is attached now or later. Never fails: what is missing is told by `device()`. Both ports share a process. */
export function openHidDevices(options: HidDevicesOptions = {}): HidDevices {
  const client = createHidClient(options)
  const memory = openDeviceMemory(options.memory)
  const open = new Set<Yields>(['code', 'card-uid'])
  const closeOne = (work: Yields) => {
    open.delete(work)
    if (open.size === 0) client.close()
    return Promise.resolve()
  }
  const onHeard = <K extends Yields, T>(
    work: K,
    listener: (value: T) => void,
    valueOf: (heard: Parameters<Parameters<HidClient['onHeard']>[0]>[0]) => T | undefined,
  ) =>
    client.onHeard((heard) => {
      if (heard.kind !== work || heard.key !== chosen(client, memory, work)?.key) return
      const value = valueOf(heard)
      if (value !== undefined) listener(value)
    })

  return {
    scanner: {
      ...portOf(client, memory, 'code'),
      onCode: (listener) =>
        onHeard('code', listener, (heard) =>
          heard.kind === 'code'
            ? { text: heard.text, ...(heard.symbology && { symbology: heard.symbology }) }
            : undefined,
        ),
      close: () => closeOne('code'),
    },
    uidReader: {
      ...portOf(client, memory, 'card-uid'),
      onUid: (listener) =>
        onHeard('card-uid', listener, (heard) => (heard.kind === 'card-uid' ? heard.uid : undefined)),
      close: () => closeOne('card-uid'),
    },
  }
}

function portOf(client: HidClient, memory: DeviceMemory, work: Yields): Omit<OneDevicePort, 'close'> {
  const device = () => deviceOf(client, memory, work)
  return {
    device,
    onChange(listener) {
      let before = JSON.stringify(device())
      return client.onChange(() => {
        const now = device()
        const text = JSON.stringify(now)
        if (text === before) return
        before = text
        listener(now)
      })
    },
    async identify(): Promise<Result<void, DeviceFault>> {
      const one = chosen(client, memory, work)
      if (!one) return err('hid.absent')
      const result = await client.identify(one.key)
      return result.isOk() ? ok() : err(faultOfIdentify[result.error])
    },
  }
}

function chosen(client: HidClient, memory: DeviceMemory, work: Yields): Attached | undefined {
  const now = client.state()
  if (now.state !== 'up') return undefined
  const one = chooseDevice(now.devices, work, memory.of(work))
  if (one?.state === 'open') memory.remember(work, one.key)
  return one
}

function deviceOf(client: HidClient, memory: DeviceMemory, work: Yields): DriverDevice {
  const kind = kinds[work]
  // A kiosk that never had one is complete without it; one that had it misses it.
  const optional = memory.of(work) === undefined
  const now = client.state()
  if (now.state === 'starting') return { kind, state: 'starting' }
  if (now.state === 'stopped') {
    return optional
      ? { kind, state: 'absent', cause: 'device.driver-stopped', optional }
      : { kind, state: 'needs-attention', name: 'HID', cause: 'device.driver-stopped' }
  }
  const one = chosen(client, memory, work)
  if (!one) return { kind, state: 'absent', cause: 'hid.absent', ...(optional && { optional }) }
  const { name, serial, firmware, state } = one
  switch (state) {
    case 'opening':
      return { kind, state: 'starting' }
    case 'open':
      return { kind, state: 'ready', name, ...(serial && { serial }), ...(firmware && { firmware }) }
    default:
      return { kind, state: 'needs-attention', name, ...(serial && { serial }), cause: faultOfState[state] }
  }
}
