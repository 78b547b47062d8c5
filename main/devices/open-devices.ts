/** The real devices, behind their own protocols. */
import { openCardReader } from '../../hardware/card/card-reader.ts'
import { createSbiScanner } from '../../hardware/fingerprint/sbi-scanner.ts'
import type { CardReaderPort, FingerprintPort } from '../../hardware/ports.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'

export interface Devices {
  card: CardReaderPort
  fingerprint: FingerprintPort
}

/** Opens what was not given; a device that is not attached is told by its state and never stops the start. */
export function openDevices(sbi: Config['sbi'], clock: Clock, given: Partial<Devices> = {}): Devices {
  const { portFrom: from, portTo: to, trustedRoots, env } = sbi
  return {
    card: given.card ?? openCardReader(),
    fingerprint: given.fingerprint ?? createSbiScanner({ ports: { from, to }, trustedRoots, env, clock }),
  }
}
