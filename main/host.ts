/** The kiosk, put together from its parts. */
import type { CardReaderPort, FingerprintPort } from '../hardware/ports.ts'
import type { Services } from './api/services.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { KeyCustody } from './vault/key-custody.ts'

export interface HostOptions {
  config: Config
  /** default: a file in the data folder */
  custody?: KeyCustody
  clock?: Clock
  random?: (bytes: number) => Uint8Array
  fetch?: typeof fetch
  /** default: the real ones behind PC/SC and SBI */
  devices?: { card?: CardReaderPort; fingerprint?: FingerprintPort }
  /** where technical messages go; default stderr */
  log?: (event: string, facts?: Record<string, string | number | boolean>) => void
}

export interface Host {
  services: Services
  /** Ends the link, closes the devices and the databases. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts the kiosk's host. It starts without a link, without devices and without having been commissioned; whatever
 * needs one of these says so when it is asked.
 */
export async function createHost(_options: HostOptions): Promise<Host> {
  throw new Error('not built yet')
}
