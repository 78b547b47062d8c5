/** Looks for a registration scanner on all SBI ports at once. */
import { connect } from 'node:net'
import { callSbi } from './sbi-call.ts'
import { openDeviceJws } from './device-signature.ts'
import { zDeviceInfo, zDigitalId, zDiscovered, zInfoAnswer } from './z-sbi.ts'
import type { DeviceFault } from '../z-device.ts'

export interface Scanner {
  port: number
  deviceId: string
  serial: string
  name: string
  firmware: string
  status: string
}
export type Found = { found: Scanner } | { fault: DeviceFault }

export interface SearchOptions {
  from: number
  to: number
  roots: readonly string[]
  env: string
  now: number
  /** asked first */
  lastPort?: number
}

const specVersion = '0.9.5'

/** @returns the first scanner that is ours to use, or the most telling reason why there is none */
export async function findScanner(options: SearchOptions): Promise<Found> {
  const { from, to, lastPort } = options
  const ports = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const listening =
    lastPort !== undefined && (await isListening(lastPort)) ? [lastPort] : await filterListening(ports)
  let fault: DeviceFault = 'finger.no-device'
  for (const port of listening) {
    const result = await askPort(port, options)
    if ('found' in result) return result
    if (result.fault !== 'finger.no-device') fault = result.fault
  }
  return { fault }
}

async function askPort(port: number, { from, to, roots, env, now }: SearchOptions): Promise<Found> {
  try {
    const body = { type: 'Finger' }
    const devices = zDiscovered.parse(
      await callSbi({ port, verb: 'MOSIPDISC', path: '/device', body, deadlineMs: 5_000 }),
    )
    const device = devices.find(
      ({ specVersion: all, purpose }) => all.includes(specVersion) && purpose !== 'Auth',
    )
    if (!device) return { fault: 'finger.no-device' }
    if (device.deviceStatus === 'Not Registered') return { fault: 'finger.not-registered' }
    const callback = URL.parse(device.callbackId)
    const back = Number(callback?.port)
    if (callback?.protocol !== 'http:' || callback.hostname !== '127.0.0.1' || back < from || back > to) {
      return { fault: 'finger.bad-answer' }
    }
    const [answer] = zInfoAnswer.parse(
      await callSbi({ port: back, verb: 'MOSIPDINFO', path: '/info', deadlineMs: 5_000 }),
    )
    const opened = await openDeviceJws(answer?.deviceInfo ?? '', roots, now)
    if (opened.isErr()) return { fault: opened.error }
    const info = zDeviceInfo.parse(opened.value)
    const digitalId = await openDeviceJws(info.digitalId, roots, now)
    if (digitalId.isErr()) return { fault: digitalId.error }
    const identity = zDigitalId.parse(digitalId.value)
    if (
      info.env !== env ||
      info.certification !== device.certification ||
      info.deviceId !== device.deviceId
    ) {
      return { fault: 'finger.other-device' }
    }
    return {
      found: {
        port: back,
        deviceId: device.deviceId,
        serial: identity.serialNo,
        name: `${identity.make} ${identity.model}`,
        firmware: info.firmware,
        status: device.deviceStatus,
      },
    }
  } catch {
    return { fault: 'finger.bad-answer' }
  }
}

async function filterListening(ports: readonly number[]): Promise<number[]> {
  const open = await Promise.all(ports.map(isListening))
  return ports.filter((_, index) => open[index])
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(400, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
