/**
 * The process that speaks to HID devices. A native fault or a device that blocks ends at most this process: the host
 * watches it, kills it and starts it again. The library tells nothing of plugging and unplugging, so it is asked.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { HIDAsync, devicesAsync, type Device as Listed } from 'node-hid'
import { parentLine } from '../driver-process.ts'
import { openDevice, type OpenDevice } from './open-device.ts'
import { loadProfiles, ownProfiles, profileOf, word } from './profiles.ts'
import { zToHid, type Attached, type FromHid } from './z-hid.ts'
import type { Profile } from './z-profile.ts'

interface One {
  about: Omit<Attached, 'state'>
  path: string
  device: OpenDevice
  openedAt: number
}

const lookEveryMs = 400
/** A device that could not be opened is tried again: a technician may just be putting the rule in its place. */
const tryAgainMs = 2_000

const extra = process.env['KIOSK_HID_PROFILES']
const { profiles, faulty } = loadProfiles([ownProfiles, ...(extra ? [extra] : [])])
for (const { file, why } of faulty) process.stderr.write(`HID profile ${file} is passed over: ${why}\n`)

/** By path: a device that was unplugged and plugged again may come back under the same one, and is opened again. */
const attached = new Map<string, One>()

const line = parentLine((raw) => void answer(raw))
const send = (message: FromHid) => line.send(message)
let told = ''

function tell(): void {
  const devices = [...attached.values()].map(({ about, device }) => ({ ...about, state: device.state() }))
  told = JSON.stringify(devices)
  send({ kind: 'seen', devices })
}

async function watchForEver(): Promise<never> {
  for (let round = 0; ; round++) {
    await look()
    const now = JSON.stringify(
      [...attached.values()].map(({ about, device }) => ({ ...about, state: device.state() })),
    )
    if (now !== told || round % 2 === 0) tell()
    await sleep(lookEveryMs)
  }
}

let looking: Promise<void> = Promise.resolve()
/** One at a time: two at once would open a device twice. */
function look(): Promise<void> {
  looking = looking.catch(() => undefined).then(lookNow)
  return looking
}

async function lookNow(): Promise<void> {
  const listed = known(await devicesAsync())
  for (const [path, one] of attached) {
    const still = listed.get(path)
    const state = one.device.state()
    const again = (state === 'denied' || state === 'failed') && Date.now() - one.openedAt >= tryAgainMs
    if (still && still.about.key === one.about.key && !again) continue
    one.device.close()
    attached.delete(path)
  }
  for (const [path, { about, profile }] of listed) {
    if (!attached.has(path)) attached.set(path, open(path, about, profile))
  }
}

function open(path: string, about: Omit<Attached, 'state'>, profile: Profile): One {
  const device = openDevice({
    profile,
    open: () => HIDAsync.open(path),
    now: () => Date.now(),
    onState: tell,
    isThere: async () => {
      const there = known(await devicesAsync()).get(path)?.about.key === about.key
      // It is taken off our list at once and not at the next look.
      if (!there) void look().then(tell)
      return there
    },
    onYield: (yielded) => send({ key: about.key, ...yielded }),
  })
  return { about, path, device, openedAt: Date.now() }
}

/** The devices that a profile knows, by path. One device is listed once for each usage that it has. */
function known(listed: readonly Listed[]): Map<string, { about: Omit<Attached, 'state'>; profile: Profile }> {
  const byPath = new Map<string, { about: Omit<Attached, 'state'>; profile: Profile }>()
  for (const one of listed) {
    const profile = profileOf(profiles, one)
    if (!profile || !one.path || byPath.has(one.path)) continue
    byPath.set(one.path, { about: describe(one, profile), profile })
  }
  return byPath
}

function describe(listed: Listed, profile: Profile): Omit<Attached, 'state'> {
  const serial = printable(listed.serialNumber, 64)
  return {
    key: `${word(listed.vendorId)}:${word(listed.productId)}:${serial}`,
    yields: profile.yields,
    name: printable(`${listed.manufacturer ?? ''} ${listed.product ?? ''}`, 120) || profile.model,
    ...(serial && { serial }),
    // USB writes a release as binary coded decimal.
    firmware: `${listed.release >> 8}.${(listed.release & 0xff).toString(16).padStart(2, '0')}`,
    canIdentify: profile.identify !== undefined,
  }
}

/** What a device says of itself is as untrusted as its reports. */
function printable(text: string | undefined, most: number): string {
  return (text ?? '')
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
    .trim()
    .slice(0, most)
}

async function answer(raw: unknown): Promise<void> {
  const { id, key } = zToHid.parse(raw)
  const one = [...attached.values()].find(({ about }) => about.key === key)
  const trouble = one ? await one.device.identify() : 'gone'
  send(trouble ? { kind: 'trouble', id, trouble } : { kind: 'done', id })
}

void watchForEver()
