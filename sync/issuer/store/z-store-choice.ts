/** Where the kiosks' databases lie. */
import { z } from 'zod'
import { zCredentialsSource } from '../credentials.ts'

export const zStoreChoice = z.discriminatedUnion('kind', [
  /** in this process */
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('couchdb'),
    /** of the server, without credentials: `http://127.0.0.1:5984` */
    url: z.url({ protocol: /^https?$/ }),
    /** of a server admin */
    credentials: zCredentialsSource,
    /** of a new database; one is right for databases as small as these */
    shards: z.number().int().min(1).max(8).default(1),
    /** how long the issuer waits for the server when it starts, in ms */
    waitMs: z.number().int().min(0).default(60_000),
    /** between two looks at all outboxes, for a change that nobody told of, in ms */
    sweepMs: z.number().int().min(100).default(300_000),
  }),
])
export type StoreChoice = z.infer<typeof zStoreChoice>
export type CouchChoice = Extract<StoreChoice, { kind: 'couchdb' }>
