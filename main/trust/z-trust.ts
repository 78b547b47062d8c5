/** The contents of `master:trust` and `master:status-list` (docs/processes.md, "What the masters hold"). */
import { z } from 'zod'
import { zP256PublicJwk } from '../credentials/keys.ts'

const zPemList = z.array(z.string().max(20_000)).max(100).default([])

/** The content of `master:trust`. */
export const zTrustList = z.object({
  issuers: z
    .array(
      z.object({
        did: z.string().startsWith('did:').max(400),
        name: z.string().max(120).optional(),
        signing: zP256PublicJwk,
        /** its other DIDs, of the keys that other proofs need (Ed25519, BLS12-381); what it revokes it says under `did` */
        alsoKnownAs: z.array(z.string().startsWith('did:').max(400)).max(10).optional(),
        cards: z.array(zP256PublicJwk).max(20).optional(),
      }),
    )
    .max(50),
  /** country certificates (CSCA) by which passports are believed, base64 of DER */
  travelDocuments: z.array(z.base64().max(20_000)).max(1_000).optional(),
  /** who may certify fingerprint scanners (PEM) and their secure chips, and which certificates are withdrawn (SHA-256) */
  scanners: z
    .object({
      roots: zPemList,
      ftmRoots: zPemList,
      revoked: z
        .array(z.string().regex(/^[0-9a-fA-F:]{64,95}$/))
        .max(10_000)
        .default([]),
    })
    .optional(),
  /** whom a scanner for authentication seals a finger to: the server's address and its certificate (PEM) */
  fingerAuthentication: z
    .object({ domainUri: z.string().min(1).max(200), certificate: z.string().max(20_000) })
    .optional(),
})
export type TrustList = z.infer<typeof zTrustList>

/** The content of `master:status-list`: the lists as they are published; their own signatures are checked when one is read. */
export const zStatusLists = z.object({ lists: z.array(z.looseObject({ id: z.string().max(500) })).max(100) })
export type StatusLists = z.infer<typeof zStatusLists>
