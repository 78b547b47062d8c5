/** Which devices somebody has to do something about, and which one is meant where there are several of a kind. */
import type { KioskStatus } from '../../../main/api/z-status.ts'

export type ShownDevice = KioskStatus['devices'][number]

/** @returns whether a person must act; a kiosk is complete without what is `optional` */
export function isTrouble(device: ShownDevice): boolean {
  switch (device.state) {
    case 'absent':
    case 'gone':
      return !device.optional
    case 'needs-attention':
      return true
    case 'starting':
    case 'ready':
    case 'busy':
      return false
  }
}

/** @returns the kinds of which there is none that could do its work, each once */
export function missingKinds(devices: readonly ShownDevice[]): ShownDevice['kind'][] {
  const fit = new Set(devices.filter((one) => !('cause' in one)).map(({ kind }) => kind))
  return [...new Set(devices.filter((one) => isTrouble(one) && !fit.has(one.kind)).map(({ kind }) => kind))]
}

/**
 * @returns the device that serves `served`: one that is here before one that is gone, one meant for them before one that
 *   serves everybody, and any other before none
 */
export function deviceFor(
  devices: readonly ShownDevice[],
  kind: ShownDevice['kind'],
  served: 'staff' | 'citizen',
): ShownDevice | undefined {
  const roleOf = (one: ShownDevice) => ('role' in one ? one.role : undefined)
  const ofKind = devices.filter((one) => one.kind === kind)
  const here = ofKind.filter(({ state }) => state !== 'gone' && state !== 'absent')
  const some = here.length > 0 ? here : ofKind
  return some.find((one) => roleOf(one) === served) ?? some.find((one) => roleOf(one) === 'both') ?? some[0]
}
