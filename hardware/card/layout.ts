/**
 * The office card, as it lies on the chip (README.md beside this file). The simulator that personalises demo cards reads
 * the same page.
 */
import { z } from 'zod'

/** Application identifier: proprietary, without registration (ISO/IEC 7816-4 §12.2.3, category F): "BTID" in ASCII, then the version. */
export const cardApplication = Uint8Array.of(0xf0, 0x42, 0x54, 0x49, 0x44, 0x00, 0x01)

/** The elementary files, by identifier, with the longest content that is read, bytes. */
export const cardFiles = {
  identity: { id: 0x0001, most: 16_384 },
  // READ BINARY has 15 bits for the offset
  portrait: { id: 0x0002, most: 32_768 },
  finger: { id: 0x0003, most: 32_768 },
} as const

const zHash = z.instanceof(Uint8Array).refine((hash) => hash.length === 32)
const zClaim = z.union([z.string().max(500), z.number(), z.boolean()])
/** From a CBOR map; `fromEntries` makes own properties of whatever the keys are. */
const zTextMap = z.map(z.string().min(1).max(60), z.unknown()).transform((map) => Object.fromEntries(map))

/** Payload of the identity file's COSE_Sign1: a CBOR map, as `cborg` gives it with `useMaps`. */
export const zIdentityPayload = zTextMap.pipe(
  z.object({
    v: z.literal(1),
    /** number printed on the card */
    card: z.string().min(1).max(40),
    issued: z.iso.datetime(),
    claims: zTextMap.refine((claims) => Object.keys(claims).length <= 60).pipe(z.record(z.string(), zClaim)),
    /** of the portrait file; absent when the card holds none */
    portraitSha256: zHash.optional(),
    /** of the file with a template for the check of that finger; absent when the card holds none */
    finger: zTextMap.pipe(z.object({ name: z.string().min(1).max(40), sha256: zHash })).optional(),
  }),
)
export type IdentityPayload = z.infer<typeof zIdentityPayload>
