/** Which platform makes the offers. */
import { z } from 'zod'
import { configurationIds } from '../oid4vci/configurations.ts'
import { zCredentialsSource } from '../credentials.ts'

export const zPlatformChoice = z.discriminatedUnion('kind', [
  /** OpenID4VCI of this issuer */
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('credebl'),
    /** of the API gateway, without `/v1` */
    url: z.url({ protocol: /^https?$/ }),
    orgId: z.uuid(),
    issuerId: z.uuid(),
    /** `user` is the client id of the organisation, `password` its client secret */
    credentials: zCredentialsSource,
    /** id of the platform's template by the name of our configuration */
    templates: z
      .partialRecord(z.enum(configurationIds), z.uuid())
      .refine((all) => Object.keys(all).length > 0),
    /** shared with the platform, for the signature of its webhook; without it, it is only asked */
    webhookSecret: zCredentialsSource.optional(),
    /** how long one answer may take, in ms */
    timeoutMs: z.number().int().min(100).default(10_000),
    /** between two questions about one offer, in ms */
    pollMs: z.number().int().min(10).default(5_000),
  }),
])
export type PlatformChoice = z.infer<typeof zPlatformChoice>
export type CredeblChoice = Extract<PlatformChoice, { kind: 'credebl' }>
