/**
 * Deriving from an ecdsa-sd-2023 base proof (VC Data Integrity ECDSA 1.0 §3.6.4) with ready templates. What it gives is what
 * the library gives, bit for bit; whatever is not of the plain shape it leaves to the library.
 */
import { createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { decode, encode } from 'cborg'
import { z } from 'zod'
import { foundationalQuads } from './foundational-quads.ts'
import { basePrefix, derivedPrefix } from './sd-suite.ts'
import { mandatoryPointers, type ClaimName } from './z-foundational.ts'

const zBytes = z.instanceof(Uint8Array)
/** base signature, the claims' key, key of the label's HMAC, the claims' signatures, pointers of what is always shown */
const zBaseValue = z.tuple([zBytes, zBytes, zBytes, z.array(zBytes).max(40), z.array(z.string()).max(20)])

const zBase = z.looseObject({
  credentialSubject: z.looseObject({ id: z.string() }),
  proof: z.looseObject({ cryptosuite: z.literal('ecdsa-sd-2023'), proofValue: z.string() }),
})

/** @returns undefined where the library must look at it, also to say what is wrong */
export async function deriveFromTemplates(
  credential: object,
  claims: readonly ClaimName[],
): Promise<object | undefined> {
  const base = zBase.safeParse(credential)
  const value = base.success ? readBase(base.data.proof.proofValue) : undefined
  if (!base.success || !value) return undefined
  const { proof, ...document } = base.data
  const [baseSignature, claimKey, hmacKey, signatures, pointers] = value
  const { credentialSubject: subject } = document
  if (!isDeepStrictEqual(pointers, mandatoryPointers)) return undefined
  if (claims.some((name) => !Object.hasOwn(subject, name))) return undefined
  const shown = Object.fromEntries(
    Object.entries(subject).filter(([name]) => name === 'id' || claims.some((one) => one === name)),
  )
  const reveal = { ...document, credentialSubject: shown }
  const label = createHmac('sha256', hmacKey).update('c14n0').digest()
  const [whole, part] = await Promise.all(
    [document, reveal].map((one) => foundationalQuads(one, `u${label.toString('base64url')}`)),
  )
  if (!whole || !part || whole.claims.length !== signatures.length) return undefined
  const mandatory = new Set(part.mandatory)
  const picked = new Set(part.claims)
  // Each claim's signature lies where its quad does in the order of all.
  const pickedSignatures = whole.claims
    .sort()
    .flatMap((quad, at) => (picked.has(quad) ? [signatures[at]] : []))
  const places = [...part.mandatory, ...part.claims]
    .sort()
    .flatMap((quad, at) => (mandatory.has(quad) ? [at] : []))
  const labels = new Map([[0, new Uint8Array(label)]])
  const derived = encode([baseSignature, claimKey, pickedSignatures, labels, places])
  const proofValue = `u${Buffer.concat([derivedPrefix, derived]).toString('base64url')}`
  return { ...reveal, proof: { ...proof, proofValue } }
}

function readBase(text: string): z.infer<typeof zBaseValue> | undefined {
  if (!/^u[A-Za-z0-9_-]{10,12000}$/.test(text)) return undefined
  const bytes = new Uint8Array(Buffer.from(text.slice(1), 'base64url'))
  if (Buffer.compare(bytes.subarray(0, basePrefix.length), basePrefix) !== 0) return undefined
  try {
    return zBaseValue.safeParse(decode(bytes.subarray(basePrefix.length), { useMaps: true })).data
  } catch {
    return undefined
  }
}
