/** One SBI service: what it says of itself without proof (discovery) and under its signature (info). */
import type { DeviceFault } from '../z-device.ts'
import { openDeviceJws, type ScannerTrust } from './device-signature.ts'
import { dialectOf, dialects, isSecureChip, type Dialect, type Purpose } from './dialect.ts'
import { faultOfCode, isSuccess } from './error-codes.ts'
import { callSbi } from './sbi-call.ts'
import { zDeviceInfo, zDigitalId, zDiscovered, zInfoAnswer, type Discovered } from './z-sbi.ts'

export interface Scanner {
  port: number
  dialect: Dialect
  /** `deviceId` in 0.9.5, `serialNo` in 1.0 */
  id: string
  code: string | undefined
  certification: string
  serial: string
  name: string
  firmware: string
  status: Discovered['deviceStatus']
}
export type Asked = { found: Scanner } | { fault: DeviceFault }

export interface AskOptions {
  ports: { from: number; to: number }
  trust: ScannerTrust
  env: string
  purpose: Purpose
  now: number
  /** what is already proven: then only the state is asked again */
  known?: Scanner | undefined
}

const deadlineMs = 2_500

/** @returns the scanner at the port, or why there is none that is ours to use; never throws */
export async function askService(port: number, options: AskOptions): Promise<Asked> {
  const { known, purpose, ports } = options
  const first: Dialect = known?.port === port ? known.dialect : '0.9.5'
  const second: Dialect = first === '0.9.5' ? '1.0' : '0.9.5'
  const devices = (await discover(port, first)) ?? (await discover(port, second))
  if (!devices) return { fault: 'finger.bad-answer' }
  // Not registered is told before the purpose, which such a device does not have.
  if (devices.some(({ deviceStatus }) => deviceStatus === 'Not Registered')) {
    return { fault: 'finger.not-registered' }
  }
  const device = devices.find((one) => one.purpose === purpose)
  if (!device) return { fault: 'finger.no-device' }
  const dialect = dialectOf(device.specVersion)
  if (!dialect) return { fault: 'finger.version' }
  if (!isSuccess(device.error?.errorCode)) return { fault: faultOfCode(device.error?.errorCode ?? '') }
  const back = callbackPort(device.callbackId, ports)
  if (back === undefined) return { fault: 'finger.bad-answer' }
  const { id, deviceCode, certification, deviceStatus: status } = device
  const claimed = { port: back, dialect, id, certification, code: deviceCode ?? undefined }
  if (known && (Object.keys(claimed) as (keyof typeof claimed)[]).every((key) => known[key] === claimed[key]))
    return { found: { ...known, status } }
  return prove(device, { ...claimed, status }, options)
}

async function discover(port: number, dialect: Dialect): Promise<Discovered[] | undefined> {
  try {
    const call = { port, verb: dialects[dialect].discover, path: '/device', deadlineMs }
    return zDiscovered.parse(await callSbi({ ...call, body: { type: 'Finger' } }))
  } catch {
    return undefined
  }
}

/** Later calls go where the device says, but never off this machine (sbi.md §3). */
export function callbackPort(callback: string, { from, to }: AskOptions['ports']): number | undefined {
  const url = URL.parse(callback)
  const port = Number(url?.port)
  const here = url?.protocol === 'http:' && url.hostname === '127.0.0.1' && !url.username
  return here && port >= from && port <= to ? port : undefined
}

async function prove(
  device: Discovered,
  claimed: Omit<Scanner, 'serial' | 'name' | 'firmware'>,
  { trust, env, purpose, now }: AskOptions,
): Promise<Asked> {
  try {
    const call = { port: claimed.port, verb: dialects[claimed.dialect].info, path: '/info', deadlineMs }
    const judge = { revoked: trust.revoked, now }
    let fault: DeviceFault = 'finger.other-device'
    for (const { deviceInfo, error } of zInfoAnswer.parse(await callSbi(call))) {
      if (!isSuccess(error?.errorCode)) {
        fault = faultOfCode(error?.errorCode ?? '')
        continue
      }
      const opened = await openDeviceJws(deviceInfo, trust.device, judge)
      if (opened.fault) return { fault: opened.fault }
      const info = zDeviceInfo.parse(opened.payload)
      if ((info.deviceId ?? info.serialNo) !== claimed.id) continue
      const roots = isSecureChip(info.certification) ? trust.ftm : trust.device
      const digitalId = await openDeviceJws(info.digitalId, roots, judge)
      if (digitalId.fault) return { fault: digitalId.fault }
      const identity = zDigitalId.parse(digitalId.payload)
      if (identity.type !== 'Finger') return { fault: 'finger.no-device' }
      if (info.env !== env || info.purpose !== purpose) return { fault: 'finger.environment' }
      const same =
        info.certification === device.certification &&
        (info.deviceCode ?? undefined) === claimed.code &&
        (claimed.dialect === '0.9.5' || identity.serialNo === claimed.id)
      if (!same) return { fault: 'finger.other-device' }
      const name = `${identity.make} ${identity.model}`
      return { found: { ...claimed, serial: identity.serialNo, name, firmware: info.firmware } }
    }
    return { fault }
  } catch {
    return { fault: 'finger.bad-answer' }
  }
}
