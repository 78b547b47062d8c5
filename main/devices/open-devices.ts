/** The real devices, behind their own protocols. */
import { err } from 'neverthrow'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { CardReaderPort, FingerprintPort } from '../../hardware/ports.ts'
import type { Config } from '../config.ts'

export interface Devices {
  card: CardReaderPort
  fingerprint: FingerprintPort
}

/** Opens what was not given; a device that is not attached is told by its state and never stops the start. */
export function openDevices(_config: Config['sbi'], given: Partial<Devices>): Devices {
  return { card: given.card ?? openCardReader(), fingerprint: given.fingerprint ?? absent() }
}

function absent(): FingerprintPort {
  return {
    device: () => ({ kind: 'fingerprint-scanner', state: 'absent', cause: 'finger.no-device' }),
    onChange: () => () => undefined,
    capture: async () => err('finger.no-device'),
    async *stream() {
      // nothing to show
    },
    close: async () => undefined,
  }
}
