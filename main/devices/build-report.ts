/** The hardware report from what is known now. */
import type { Device } from '../../hardware/z-device.ts'
import type { KioskInfo } from '../api/services.ts'
import type { HardwareReport, ReportedDevice, ReportWords } from '../api/z-hardware-report.ts'
import type { FailureCode } from '../api/failure.ts'
import type { DeviceTest } from './device-tests.ts'

interface Known {
  made: string
  kiosk: KioskInfo
  machine: HardwareReport['machine']
  devices: readonly Device[]
  tests: readonly DeviceTest[]
  words: ReportWords
}

/** The end of a card's number tells two cards apart at the screen; it has no place on paper. */
const notReported = new Set(['number-end'])

export function buildReport({ made, kiosk, machine, devices, tests, words }: Known): HardwareReport {
  const causeOf = <Code extends FailureCode>(code: Code) => {
    const remedy = words[`remedy.${code}`]
    return { code, ...(remedy && { remedy }) }
  }
  const reported = (device: Device): ReportedDevice => ({
    kind: device.kind,
    state: device.state,
    ...('name' in device && { name: device.name }),
    ...('serial' in device && device.serial && { serial: device.serial }),
    ...(device.state === 'ready' && device.firmware && { firmware: device.firmware }),
    ...('role' in device && device.role && { role: device.role }),
    ...('lastUse' in device && device.lastUse && { lastUse: device.lastUse }),
    ...('optional' in device && device.optional && { optional: true }),
    ...('cause' in device && { cause: causeOf(device.cause) }),
    tests: tests
      .filter(({ kind, id }) => kind === device.kind && (id === undefined || id === device.id))
      .map(({ at, result }) =>
        result.isOk()
          ? { at, passed: true, facts: result.value.summary.filter(({ fact }) => !notReported.has(fact)) }
          : { at, passed: false, cause: causeOf(result.error.code), facts: [] },
      ),
  })
  return {
    ...{ format: 'id-kiosk-hardware-report', version: 1, made },
    kiosk: { id: kiosk.id, office: kiosk.office, version: kiosk.version, demo: kiosk.demo },
    machine,
    thresholds: { fingerQuality: kiosk.fingerRules.threshold, fingerTries: kiosk.fingerRules.tries },
    devices: devices.map(reported),
  }
}
