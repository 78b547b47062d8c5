/** What this system needs of a DID document: the keys that may sign what its subject asserts, and whether it is over. */
import { z } from 'zod'
import { zPublicJwk } from './public-jwk.ts'

export const longestDid = 400
/** A DID (DID Core 1.0 §3.1) of the methods that are resolved here; a did:jwk of a P-256 key is the longest of them. */
export const zDid = z
  .string()
  .max(longestDid)
  .regex(/^did:(key|jwk|web|ethr):[A-Za-z0-9._:%-]+$/)
export const zDidUrl = z
  .string()
  .max(2 * longestDid)
  .regex(/^did:(key|jwk|web|ethr):[A-Za-z0-9._:%-]+#[A-Za-z0-9._:%-]+$/)

export const mostKeys = 50

export const zDidDocument = z.object({
  id: zDid,
  /** those that `assertionMethod` names, of the kinds that are understood */
  keys: z.array(z.object({ id: zDidUrl, jwk: zPublicJwk })).max(mostKeys),
  deactivated: z.boolean().optional(),
})
export type DidDocument = z.infer<typeof zDidDocument>

/** How a document was got: it is in the DID itself, from the web server of its name, or from the ledger at a block. */
export const zChecked = z.object({
  by: z.enum(['own', 'web', 'ledger']),
  at: z.iso.datetime(),
  block: z.number().int().nonnegative().optional(),
})
export type Checked = z.infer<typeof zChecked>

export const zCheckedDocument = z.object({ document: zDidDocument, checked: zChecked })
export type CheckedDocument = z.infer<typeof zCheckedDocument>
