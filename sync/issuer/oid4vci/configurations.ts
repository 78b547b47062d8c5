/** Under which name each format of a credential type is offered to wallets (OpenID4VCI 1.0 §12.2.4). */
import { z } from 'zod'
import { foundationalId } from '../../../main/credentials/foundational-id.ts'
import type { CredentialFormat, CredentialType } from '../../../main/credentials/z-credential-type.ts'

export const configurationIds = {
  ldp_vc: 'FoundationalId_ldp_vc',
  'dc+sd-jwt': 'FoundationalId_dc_sd-jwt',
  'eddsa-rdfc-2022': 'FoundationalId_eddsa-rdfc-2022',
  'bbs-2023': 'FoundationalId_bbs-2023',
  mso_mdoc: 'FoundationalId_mso_mdoc',
} as const
export type ConfigurationId = (typeof configurationIds)[keyof typeof configurationIds]

export interface Configuration {
  id: ConfigurationId
  type: CredentialType
  format: CredentialFormat
}

const idOf = (format: CredentialFormat) => configurationIds[format === 'ecdsa-sd-2023' ? 'ldp_vc' : format]

/** Every format that the type comes in. */
export const configurations: readonly Configuration[] = foundationalId.formats.map((format) => ({
  id: idOf(format),
  type: foundationalId,
  format,
}))

/** Which of them an offer may be asked to hold, each once. */
export const zConfigurations = z
  .array(z.enum(configurations.map(({ id }) => id)))
  .min(1)
  .max(configurations.length)
  .refine((ids) => new Set(ids).size === ids.length)

/** What an offer holds unless it was asked for otherwise; each can be kept and shown by the wallets that are tested with. */
export const offeredByDefault: readonly ConfigurationId[] = [
  configurationIds['dc+sd-jwt'],
  configurationIds.ldp_vc,
]

/** @returns undefined where the type does not come in it */
export function configurationOf(id: string): Configuration | undefined {
  return configurations.find((one) => one.id === id)
}
