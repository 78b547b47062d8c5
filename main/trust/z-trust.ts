/** The contents of `master:trust` and `master:status-list` (docs/processes.md, "What the masters hold"). */
import { z } from 'zod'
import { zPublicJwk } from '../credentials/did/public-jwk.ts'
import { zChecked, zDidDocument } from '../credentials/did/z-did-document.ts'
import { zP256PublicJwk } from '../credentials/keys.ts'

const zAnyDid = z.string().startsWith('did:').max(400)
const zInstant = z.iso.datetime()

/** A key of an issuer, and for which time what it signed is good. */
export const zIssuerKeyEntry = z.object({
  /** DID URL of the verification method */
  id: z.string().startsWith('did:').max(800),
  jwk: zPublicJwk,
  from: zInstant,
  /** retired: good for what was signed before */
  until: zInstant.optional(),
  /** withdrawn: good for nothing any more, whenever it was signed */
  revoked: zInstant.optional(),
})
export type IssuerKeyEntry = z.infer<typeof zIssuerKeyEntry>

const zTrustedIssuer = z.object({
  did: zAnyDid,
  name: z.string().max(120).optional(),
  /** signs receipts and masters, and cards of before; an issuer that is only believed has none here */
  signing: zP256PublicJwk.optional(),
  cards: z.array(zP256PublicJwk).max(20).optional(),
  /** certificates under which its mdocs are signed, base64 of DER */
  documentRoots: z.array(z.base64().max(20_000)).max(10).optional(),
  /** further names of the same issuer: DIDs of its earlier and next keys, and of those of other kinds */
  alsoKnownAs: z.array(zAnyDid).max(60).optional(),
  /** all keys that credentials were ever signed with, and the next one; without it those of the DID's document count */
  keys: z.array(zIssuerKeyEntry).max(60).optional(),
})
export type TrustedIssuerEntry = z.infer<typeof zTrustedIssuer>

const zPemList = z.array(z.string().max(20_000)).max(100).default([])

/** The content of `master:trust`. */
export const zTrustList = z.object({
  issuers: z.array(zTrustedIssuer).max(50),
  /** DID documents as the issuer last saw them, each with how and when */
  documents: z
    .array(z.object({ did: zAnyDid, document: zDidDocument, checked: zChecked }))
    .max(100)
    .optional(),
  /** past this instant nobody is believed by this list any more */
  until: zInstant.optional(),
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
export const zStatusLists = z.object({
  lists: z.array(z.looseObject({ id: z.string().max(500) })).max(100),
  /** the same bits for SD-JWTs: Status List Tokens, by the address at which each is published */
  tokens: z
    .array(z.object({ uri: z.string().max(500), jwt: z.string().max(400_000) }))
    .max(100)
    .default([]),
})
export type StatusLists = z.infer<typeof zStatusLists>
