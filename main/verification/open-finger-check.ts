/** The check of one finger, put together from what this kiosk is configured to have. */
import type { AuthScannerPort, FingerVerifierPort } from '../../hardware/ports.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { SerialWork } from '../serial-work.ts'
import type { Vault } from '../vault/vault.ts'
import { createFingerGate, type AuthServer } from './finger-gate.ts'
import { createTemplateStore } from './template-store.ts'
import { createVerificationService } from './verification-service.ts'

interface Parts {
  config: Config
  folder: string
  vault: Vault
  clock: Clock
  audit: AuditLog
  serial: SerialWork
  fingerVerifier: FingerVerifierPort | undefined
  authScanner: AuthScannerPort | undefined
  server: () => Promise<AuthServer | undefined>
}

/** for all the presses of one template, ms */
const enrolTimeoutMs = 60_000

export function openFingerCheck(parts: Parts) {
  const { config, folder, vault, clock, audit, serial, fingerVerifier, authScanner, server } = parts
  const { tries, pauseMinutes, templateDays, pressTimeoutMs } = config.fingerCheck
  const verification =
    fingerVerifier &&
    createVerificationService({
      ...{ scanner: fingerVerifier, serial, clock, audit },
      store: createTemplateStore({ folder, vault, clock, ttlDays: templateDays }),
      rules: { tries, pauseMs: pauseMinutes * 60_000, verifyTimeoutMs: pressTimeoutMs, enrolTimeoutMs },
    })
  const gate = createFingerGate({
    ...{ rules: config.fingerCheck, audit },
    ...(verification && { verification }),
    ...(authScanner && { sealing: { scanner: authScanner, server, timeoutMs: pressTimeoutMs } }),
  })
  return { gate, verification }
}
