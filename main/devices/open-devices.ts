/** The real devices, behind their own protocols. */
import { openCardReader } from '../../hardware/card/card-reader.ts'
import { join } from 'node:path'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import type { ScannerTrust } from '../../hardware/fingerprint/device-signature.ts'
import { createSbiScanner, type SbiScannerOptions } from '../../hardware/fingerprint/sbi-scanner.ts'
import { openHidDevices } from '../../hardware/hid/hid-devices.ts'
import { openReceiptPrinter } from '../../hardware/printer/receipt-printer.ts'
import type {
  CardReaderPort,
  CardUidPort,
  CodeScannerPort,
  FingerprintPort,
  AuthScannerPort,
  FingerVerifierPort,
  ReceiptPrinterPort,
} from '../../hardware/ports.ts'
import type { RoleOf } from '../../hardware/device-roles.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'

export interface Devices {
  card: CardReaderPort
  fingerprint: FingerprintPort
  scanner: CodeScannerPort
  uidReader: CardUidPort
  /** only where the configuration wants one */
  fingerVerifier?: FingerVerifierPort
  /** only where the configuration wants one: for a finger that is sealed to the issuer */
  authScanner?: AuthScannerPort
  printer: ReceiptPrinterPort
}

interface Surroundings {
  roleOf: RoleOf
  clock: Clock
  log: (event: string, detail?: Record<string, string>) => void
  scannerTrust: () => Promise<ScannerTrust>
}

/** Opens what was not given; a device that is not attached is told by its state and never stops the start. */
export function openDevices(
  config: Config,
  { clock, log, scannerTrust, roleOf }: Surroundings,
  given: Partial<Devices> = {},
): Devices {
  const { portFrom: from, portTo: to, env } = config.sbi
  const sbi: SbiScannerOptions = {
    ports: { from, to },
    trust: scannerTrust,
    ...{ env, clock, roleOf },
    onRefused: (findings) =>
      log('fingers.refused', {
        checks: findings
          .map(({ check, fault, detail = '' }) => `${check}: ${fault} ${detail}`.trim())
          .join('; '),
      }),
  }
  const authScanner =
    given.authScanner ??
    (config.fingerCheck.scanner === 'sbi'
      ? createSbiScanner({ ...sbi, purpose: 'Auth', kind: 'finger-verifier' })
      : undefined)
  const { scanner, uidReader } =
    given.scanner && given.uidReader
      ? { scanner: given.scanner, uidReader: given.uidReader }
      : openHid(config, roleOf)
  return {
    card: given.card ?? openCardReader({ roleOf }),
    fingerprint: given.fingerprint ?? createSbiScanner(sbi),
    ...(authScanner && { authScanner }),
    scanner,
    uidReader,
    ...verifierOf(config, given.fingerVerifier),
    printer: given.printer ?? openReceiptPrinter({ printer: config.printer }),
  }
}

function verifierOf({ demo, fingerCheck }: Config, given: FingerVerifierPort | undefined) {
  if (given) return { fingerVerifier: given }
  if (fingerCheck.scanner !== 'libfprint') return {}
  // Only the demonstration has a virtual finger.
  const env = demo ? fingerCheck.environment : undefined
  return { fingerVerifier: openFingerVerifier({ ...(env && { env }) }) }
}

function openHid({ dataDir, demo, hid }: Config, roleOf: RoleOf) {
  return openHidDevices({
    roleOf,
    memory: join(dataDir, 'hid-devices.json'),
    profiles: join(dataDir, 'hid-profiles'),
    // Only the demonstration has virtual devices.
    ...(demo && hid.environment && { env: hid.environment }),
  })
}
