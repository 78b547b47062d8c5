/** A Data Integrity credential as CBOR-LD: terms, contexts and keys become numbers, and come back as they were. */
import { decode, encode } from '@digitalbazaar/cborld'
import { isDeepStrictEqual } from 'node:util'
import { documentLoader } from '../document-loader.ts'
import { credentialsContext, foundationalContext } from '../z-foundational.ts'

/** Ours, by agreement between issuer and wallet (docs/qr-hand-over.md); the W3C registry has none for these contexts. */
const registryEntryId = 1001
const table = new Map([
  [
    'context',
    new Map([
      [credentialsContext, 0x8000],
      [foundationalContext, 0x8001],
    ]),
  ],
])
const typeTableLoader = ({ registryEntryId: asked }: { registryEntryId: number | string }) =>
  Promise.resolve(asked === registryEntryId ? table : undefined)

/** @returns undefined where it would not come back as the same document */
export async function toCborLd(credential: object): Promise<Uint8Array | undefined> {
  try {
    const bytes = await encode({
      jsonldDocument: credential,
      ...{ documentLoader, registryEntryId, typeTableLoader },
    })
    return isDeepStrictEqual(await fromCborLd(bytes), credential) ? bytes : undefined
  } catch {
    // A context that is not bundled, or a value that CBOR-LD has no form for.
    return undefined
  }
}

/** @throws if it is none */
export const fromCborLd = (cborldBytes: Uint8Array): Promise<unknown> =>
  decode({ cborldBytes, documentLoader, typeTableLoader })
