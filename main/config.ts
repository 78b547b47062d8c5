/**
 * The kiosk's configuration: one schema, whose defaults run the whole demonstration. A technician may change it in
 * `config.json` in the data folder; what the shell was started with goes over that.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { zLedger } from './credentials/did/z-ledger.ts'
import { zPrinter } from '../hardware/printer/z-printer.ts'
import { zSwitches } from './api/z-switches.ts'
import { zLimits } from '../sync/limits.ts'

export const zConfig = z.object({
  /** everything that the kiosk keeps lies below this folder */
  dataDir: z.string().min(1),
  /** simulated devices, demo staff; never on a kiosk in the field */
  demo: z.boolean().default(false),
  appVersion: z.string().default('0.1.0'),
  /** shown to screens in the demonstration only */
  simulatorPanel: z.url().optional(),
  /** needed once; later starts take what the issuer answered from the vault */
  commission: z.object({ issuerUrl: z.url(), code: z.string().min(1) }).optional(),
  /** where the issuer is now, if it has moved since the commissioning */
  issuerUrl: z.url().optional(),
  sbi: z
    .object({
      portFrom: z.number().int().min(1).max(65_535).default(4501),
      portTo: z.number().int().min(1).max(65_535).default(4600),
      /** PEM of the roots that may certify a fingerprint scanner */
      trustedRoots: z.array(z.string()).default([]),
      /** PEM of the roots for the digital id of scanners with a secure chip (FTM) */
      ftmRoots: z.array(z.string()).default([]),
      /** `env` of the SBI specification; a scanner refuses a capture for another one */
      env: z.enum(['Staging', 'Developer', 'Pre-Production', 'Production']).default('Staging'),
    })
    .prefault({}),
  hid: z
    .object({
      /** with which environment the HID process starts, so that it sees the virtual devices of the demonstration */
      environment: z.record(z.string(), z.string()).optional(),
    })
    .prefault({}),
  travelDocuments: z
    .object({
      /** country certificates (CSCA) that are believed beside those of the issuer's trust list, base64 of DER */
      trusted: z.array(z.base64().max(20_000)).max(1_000).default([]),
    })
    .prefault({}),
  /** the scanner for a check of one finger at this kiosk, beside the SBI scanner that enrols (docs/fingerprints.md) */
  fingerCheck: z
    .object({
      scanner: z.enum(['none', 'libfprint', 'sbi']).default('none'),
      /** who is asked for a finger before an offer for the phone: nobody, whose finger is known, or everybody */
      reissue: z.enum(['never', 'where-known', 'always']).default('where-known'),
      /** presses that do not match, before the staff is called */
      tries: z.number().int().min(1).max(10).default(3),
      /** how long nobody may try again for that person */
      pauseMinutes: z.number().int().min(1).max(1_440).default(10),
      /** after how long a template that was made here is deleted */
      templateDays: z.number().int().min(1).max(365).default(90),
      pressTimeoutMs: z.number().int().min(1_000).max(60_000).default(20_000),
      /** with which environment the helper starts, so that it sees the virtual finger of the demonstration */
      environment: z.record(z.string(), z.string()).optional(),
    })
    .prefault({}),
  /** by which keys the switches of the self-service door reach it: a switch interface types a key (docs/switches.md) */
  switches: zSwitches.prefault({}),
  /** the receipt printer, where there is one; slips go to the system's printer otherwise */
  printer: zPrinter.optional(),
  removable: z
    .object({
      /** where the demonstration shows a stick that is plugged in; the machine's own file system otherwise */
      root: z.string().min(1).optional(),
    })
    .prefault({}),
  enrolment: z
    .object({
      /** quality from 0 to 100 that each finger should reach */
      threshold: z.number().min(0).max(100).default(40),
      /** captures of one hand before its best is taken as it is */
      tries: z.number().int().min(1).max(10).default(3),
      captureTimeoutMs: z.number().int().min(1_000).max(60_000).default(10_000),
      /** how long a card may take to be placed on the reader */
      cardWaitMs: z.number().int().min(0).max(120_000).default(20_000),
    })
    .prefault({}),
  /** what a phone shows is refused when the list of withdrawn credentials is older: the signed list of the last sync */
  oldestStatusDays: z.number().int().min(1).max(3_650).default(30),
  /** the node by which this kiosk itself reads the ledger that did:ethr is on; without one the issuer's signed list counts */
  ledger: zLedger.optional(),
  /** a draft that nobody touched for so long is deleted */
  draftTtlDays: z.number().int().min(1).max(365).default(30),
  /** how far this kiosk may go without the issuer; told at 50, 80 and 95 of a hundred, then no new enrolment begins */
  limits: zLimits.prefault({}),
  /** days that a payload stays on the disk after the issuer's receipt named it */
  payloadDays: z.number().int().min(0).max(365).default(7),
  carry: z
    .object({
      /** megabytes that other kiosks' bundles may take on this disk, until the issuer has them */
      quotaMb: z.number().int().min(0).max(1_000_000).default(4_000),
    })
    .prefault({}),
  link: z
    .object({
      /** how often the issuer is asked whether it is there: while it is, and while it is not */
      probeUpMs: z.number().int().min(100).default(15_000),
      probeDownMs: z.number().int().min(100).default(2_000),
      requestTimeoutMs: z.number().int().min(100).default(15_000),
    })
    .prefault({}),
})
export type Config = z.infer<typeof zConfig>
export type ConfigInput = z.input<typeof zConfig>

/**
 * @param given what the shell knows; goes over what `config.json` in the data folder says
 * @returns the whole configuration @throws Error - if the file or a value is not as the schema says
 */
export function loadConfig(given: ConfigInput): Config {
  return zConfig.parse({ ...readFile(join(given.dataDir, 'config.json')), ...given })
}

const zFile = zConfig.omit({ dataDir: true }).partial()

function readFile(path: string): object {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return {}
  }
  const raw: unknown = JSON.parse(text)
  zFile.parse(raw)
  return z.record(z.string(), z.unknown()).parse(raw)
}
