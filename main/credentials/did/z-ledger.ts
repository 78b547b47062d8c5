/** The node by which this machine reads the ledger that did:ethr is on. */
import { z } from 'zod'

export const zLedger = z.object({
  /** JSON-RPC over HTTP */
  rpcUrl: z.url({ protocol: /^https?$/ }),
  /** address of the ERC-1056 registry */
  registry: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  chainId: z.number().int().positive(),
  /** what stands for the chain in a DID beside its number: `did:ethr:NAME:0x…` */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/)
    .optional(),
})
export type Ledger = z.infer<typeof zLedger>
