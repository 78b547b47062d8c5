/**
 * The only way JSON-LD and DIDs come in: contexts that are bundled, keys that are inside their own DID.
 * A kiosk is offline, and a context fetched from elsewhere could change what a signed claim means, so everything
 * else is refused and nothing is ever fetched.
 */
import { contexts as credentials } from '@digitalbazaar/credentials-context'
import dataIntegrity from '@digitalbazaar/data-integrity-context'
import multikey from '@digitalbazaar/multikey-context'
import type { DocumentLoader, LoadedDocument } from '@digitalbazaar/vc'
import { contexts as statusList } from '@digitalbazaar/vc-bitstring-status-list-context'
import { controllerDocument, methodDocument } from './did/controller-document.ts'
import { documentOfOwnKey } from './did/own-key.ts'
import foundational from './foundational-v1.json' with { type: 'json' }
import { longestDid } from './did/z-did-document.ts'
import { foundationalContext } from './z-foundational.ts'

const bundled: ReadonlyMap<string, object> = new Map<string, object>([
  ...credentials,
  ...dataIntegrity.contexts,
  ...multikey.contexts,
  ...statusList,
  [foundationalContext, foundational],
])
// Shared with the library, which only reads: no caller may change what a context means for the next.
for (const context of bundled.values()) deepFreeze(context)

/** Something was named by a signed document that is not bundled. */
export class NotBundledError extends Error {
  override readonly name = 'NotBundledError'
  readonly url: string
  constructor(url: string) {
    super(`Not bundled, and never fetched: ${url.slice(0, 120)}`)
    this.url = url
  }
}

/**
 * @param extra further contexts by their URL, each from a file (tests with foreign vocabularies)
 * @returns a loader for jsonld-signatures; it rejects with `NotBundledError` for everything that it does not hold
 */
export function createDocumentLoader(extra: ReadonlyMap<string, object> = new Map()): DocumentLoader {
  return async (url) => {
    const context = bundled.get(url)
    // `static`: the library keeps what it made of it, for every loader of this process. So only what each of them holds.
    if (context) return { ...loaded(url, context), tag: 'static' }
    const added = extra.get(url)
    if (added) return loaded(url, structuredClone(added))
    if (!isShortDid(url)) throw new NotBundledError(url)
    const known = resolved.get(url)
    if (known) return loaded(url, known)
    const document = deepFreeze(ofOwnKey(url))
    if (resolved.size >= mostResolved) resolved.clear()
    resolved.set(url, document)
    return loaded(url, document)
  }
}

/** The document of a DID that is its own key, or of that key. */
function ofOwnKey(url: string): object {
  const [did = '', ...fragments] = url.split('#')
  const own = fragments.length < 2 ? documentOfOwnKey(did) : undefined
  const document =
    own &&
    (fragments.length === 0
      ? controllerDocument(own, ['authentication', 'assertionMethod'])
      : methodDocument(own, url))
  if (!document) throw new NotBundledError(url)
  return document
}

/** DIDs that hold their own key say the same for ever. */
const resolved = new Map<string, object>()
const mostResolved = 200

const isShortDid = (url: string) => url.length <= 2 * longestDid && /^did:(key|jwk):/.test(url)

function loaded(documentUrl: string, document: object): LoadedDocument {
  return { contextUrl: null, documentUrl, document }
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}

export const documentLoader = createDocumentLoader()
