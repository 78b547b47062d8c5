/** The HID devices of the kiosk behind their ports: barcode scanners, and readers of card numbers. */
import { err, ok, type Result } from 'neverthrow'
import { deviceId } from '../device-id.ts'
import { serving, type RoleOf, type Served } from '../device-roles.ts'
import type { CardUidPort, CodeScannerPort, OneDevicePort } from '../ports.ts'
import { createUses } from '../uses.ts'
import type { DeviceFault, DriverDevice } from '../z-device.ts'
import { createHidClient, type Heard, type HidClient, type HidOptions } from './hid-client.ts'
import { chooseDevice, openDeviceMemory, type DeviceMemory } from './remembered-device.ts'
import type { Attached, HidState, IdentifyTrouble } from './z-hid.ts'
import type { Yields } from './z-profile.ts'

export interface HidDevicesOptions extends HidOptions {
  /** the file that remembers which device does which work */
  memory?: string
  /** whom each device serves; without it each serves everybody */
  roleOf?: RoleOf
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
  const { roleOf = () => 'both' as const } = options
  const uses = { code: createUses(kinds.code), 'card-uid': createUses(kinds['card-uid']) }
  const servingNow = (work: Yields, served: Served | undefined) => {
    const now = client.state()
    const fit =
      now.state === 'up' ? now.devices.filter((one) => one.yields === work && one.state === 'open') : []
    return serving(fit, served, { idOf, roleOf })
  }
  const onHeard = <K extends Yields, T>(
    work: K,
    { listener, served }: { listener: (value: T) => void; served: Served | undefined },
    valueOf: (heard: Heard) => T | undefined,
  ) =>
    client.onHeard((heard) => {
      if (heard.kind !== work) return
      const by = servingNow(work, served).find(({ key }) => key === heard.key)
      const value = by && valueOf(heard)
      if (!by || value === undefined) return
      uses[work].told(by)
      listener(value)
    })

  return {
    scanner: {
      ...portOf(client, memory, 'code'),
      onCode: (listener, served) =>
        onHeard('code', { listener, served }, (heard) =>
          heard.kind === 'code'
            ? { text: heard.text, ...(heard.symbology && { symbology: heard.symbology }) }
            : undefined,
        ),
      onUse: uses.code.onUse,
      close: () => closeOne('code'),
    },
    uidReader: {
      ...portOf(client, memory, 'card-uid'),
      onUid: (listener, served) =>
        onHeard('card-uid', { listener, served }, (heard) =>
          heard.kind === 'card-uid' ? heard.uid : undefined,
        ),
      onUse: uses['card-uid'].onUse,
      close: () => closeOne('card-uid'),
    },
  }
}

function portOf(client: HidClient, memory: DeviceMemory, work: Yields): Omit<OneDevicePort, 'close'> {
  const device = () => deviceOf(client, memory, work)
  const devices = () => {
    const now = client.state()
    const there = now.state === 'up' ? now.devices.filter((one) => one.yields === work) : []
    return there.length > 0 ? there.map(stateOf) : [device()]
  }
  return {
    device,
    onChange(listener) {
      const text = () => JSON.stringify(devices())
      let before = text()
      return client.onChange(() => {
        const now = text()
        if (now === before) return
        before = now
        listener(device())
      })
    },
    devices,
    async identify(id): Promise<Result<void, DeviceFault>> {
      const now = client.state()
      const one =
        id === undefined
          ? chosen(client, memory, work)
          : now.state === 'up'
            ? now.devices.find((other) => other.yields === work && idOf(other) === id)
            : undefined
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
  return stateOf(one)
}

const idOf = (one: Attached) => deviceId(kinds[one.yields], one)

function stateOf({ yields, name, serial, firmware, state }: Attached): DriverDevice {
  const kind = kinds[yields]
  switch (state) {
    case 'opening':
      return { kind, state: 'starting' }
    case 'open':
      return { kind, state: 'ready', name, ...(serial && { serial }), ...(firmware && { firmware }) }
    default:
      return { kind, state: 'needs-attention', name, ...(serial && { serial }), cause: faultOfState[state] }
  }
}
