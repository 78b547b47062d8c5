/** Where payloads stay. The spool in which they arrive is always on the issuer's own disk. */
import { z } from 'zod'
import { zCredentialsSource } from '../credentials.ts'

export const zPayloadChoice = z.discriminatedUnion('kind', [
  /** `uploads/whole` of the data folder */
  z.strictObject({ kind: z.literal('folder') }),
  z.strictObject({
    kind: z.literal('s3'),
    /** `https://s3.example.bt`; the bucket is named in the path */
    endpoint: z.url({ protocol: /^https?$/ }),
    region: z.string().min(1).default('us-east-1'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    /** before each key; with a slash at its end where one is wanted */
    prefix: z
      .string()
      .regex(/^([A-Za-z0-9_.-]+\/)*[A-Za-z0-9_.-]*$/)
      .default('payloads/'),
    /** `user` is the access key id, `password` the secret access key */
    credentials: zCredentialsSource,
    /** how long one answer may take, in ms */
    timeoutMs: z.number().int().min(100).default(30_000),
  }),
])
export type PayloadChoice = z.infer<typeof zPayloadChoice>
export type BucketChoice = Extract<PayloadChoice, { kind: 's3' }>
