/** The phone's own JSON-LD loader: contexts from the packages, its own copy of the Foundational ID's, no network. */
import { contexts as credentials } from '@digitalbazaar/credentials-context'
import dataIntegrity from '@digitalbazaar/data-integrity-context'
import * as didKey from '@digitalbazaar/did-method-key'
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey'
import multikey from '@digitalbazaar/multikey-context'
import type { DocumentLoader } from '@digitalbazaar/vc'
import foundational from './foundational-v1.json' with { type: 'json' }

const contexts = new Map<string, object>([
  ...credentials,
  ...dataIntegrity.contexts,
  ...multikey.contexts,
  ['https://w3id.org/bhutan-id/foundational/v1', foundational],
])
const keys = didKey.driver()
keys.use({ multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from })

export const documentLoader: DocumentLoader = async (url) => {
  const document =
    contexts.get(url) ?? (url.startsWith('did:key:') ? await keys.get({ did: url }) : undefined)
  if (!document) throw new Error(`the phone does not know ${url}`)
  return { contextUrl: null, documentUrl: url, document }
}
