/** What trouble on the wire means to whoever waits for the card. */
import type { DeviceFault } from '../z-device.ts'
import type { AnswerTrouble } from './iso7816.ts'
import type { RequestTrouble } from './pcsc-client.ts'

export type Trouble = RequestTrouble | AnswerTrouble | 'missing' | 'cancelled'

const faults: Readonly<Record<Trouble, DeviceFault>> = {
  'service-down': 'card.service-down',
  'no-reader': 'card.no-reader',
  // It was there when we began, so it has been taken away.
  'no-card': 'card.removed',
  removed: 'card.removed',
  mute: 'card.mute',
  other: 'card.unreadable',
  malformed: 'card.unreadable',
  missing: 'card.unreadable',
  'driver-stopped': 'device.driver-stopped',
  cancelled: 'device.cancelled',
}

export function faultOf(trouble: Trouble): DeviceFault {
  return faults[trouble]
}
