/** The issuer's configuration file (docs/central-issuer.md). What the command line says stands above it. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { zPlatformChoice } from './credebl/z-platform-choice.ts'
import { zLedger } from '../../main/credentials/did/z-ledger.ts'
import { zPayloadChoice } from './payloads/z-payload-choice.ts'
import { zApprovalPolicy } from '../approval-policy.ts'
import { zStoreChoice } from './store/z-store-choice.ts'

/** Who certifies fingerprint scanners, PEM. */
export const zScanners = z.object({
  roots: z.array(z.string()),
  ftmRoots: z.array(z.string()).default([]),
  revoked: z.array(z.string()).default([]),
})

const zPort = z.number().int().min(0).max(65_535)

export const zIssuerConfig = z.strictObject({
  data: z.string().min(1).optional(),
  /** on loopback: what comes from outside comes through a reverse proxy that ends TLS */
  port: zPort.optional(),
  publicUrl: z.url().optional(),
  store: zStoreChoice.default({ kind: 'embedded' }),
  /** who makes the offers for phones */
  platform: zPlatformChoice.default({ kind: 'embedded' }),
  payloads: zPayloadChoice.default({ kind: 'folder' }),
  /** of the disk on which uploads arrive, what stays free, in MB */
  spoolReserveMb: z.number().int().min(0).default(64),
  /** when a second person must look at an enrolment before it is sent */
  approval: zApprovalPolicy.shape.approval.default('exceptions'),
  /** `GET /metrics` and `/health` on loopback; none where it is not set */
  metricsPort: zPort.optional(),
  /** did:web or did:ethr that credentials are signed under; default: each key is its own did:key */
  did: z
    .string()
    .max(400)
    .regex(/^did:(web|ethr):[A-Za-z0-9._:%-]+$/)
    .optional(),
  /** the node for did:ethr */
  ledger: zLedger.optional(),
  /** file as of `--believe` */
  believe: z.string().min(1).optional(),
})
export type IssuerConfig = z.infer<typeof zIssuerConfig>

/** @param file none: everything by default @throws Error - that names the setting that does not fit */
export function readIssuerConfig(file: string | undefined): IssuerConfig {
  const given: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
  const read = zIssuerConfig.safeParse(given)
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`)
  return read.data
}
