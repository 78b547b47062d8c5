/** The issuer's keys, made at the first start and kept in its data folder (0600). A production issuer has an HSM here. */
import { createHash, createHmac, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { blsKeyFromJwk, generateBlsKey, zBlsPrivateJwk, type BlsKey } from '../../main/credentials/bls.ts'
import {
  ed25519KeyFromJwk,
  generateEd25519Key,
  zEd25519PrivateJwk,
  type Ed25519Key,
} from '../../main/credentials/ed25519.ts'
import {
  generateIssuerKey,
  issuerKeyFromJwk,
  zP256PrivateJwk,
  type IssuerKey,
} from '../../main/credentials/keys.ts'
import { keepFile, readKept } from './kept-file.ts'
import { openCredentialKeys, type CredentialKeys } from './trust/credential-keys.ts'
import { documentsOf, makeDocuments, zKeptDocuments, type Documents } from './document-signer.ts'

export interface IssuerKeys {
  /** receipts, masters and cards: what a commissioned kiosk is pinned to */
  signing: IssuerKey
  /** credentials, status lists and delegations */
  credentials: CredentialKeys
  /** credentials with eddsa-rdfc-2022 */
  ed25519: Ed25519Key
  /** credentials with bbs-2023 */
  bls: BlsKey
  /** mdocs, and the root that they are believed by */
  documents: Documents
  /** packets are encrypted to it */
  sealing: IssuerKey
  /** access tokens of the phones, and nothing else */
  tokens: IssuerKey
  /** phones may encrypt to it what they ask */
  asking: IssuerKey
  /** encrypts what the issuer keeps about citizens @param text @param id the record it belongs to */
  protect(text: string, id: string): string
  reveal(protectedText: string, id: string): string
  /** a keyed name for a CID, for looking up without keeping it */
  tag(value: string): string
}

/**
 * @param clock tells whether the certificate for documents must be made anew
 * @param did did:web or did:ethr to which new keys for credentials belong; default: each is its own did:key
 */
export async function loadKeys(
  dataDir: string,
  clock: { now(): number } = { now: () => Date.now() },
  did?: string,
): Promise<IssuerKeys> {
  const folder = join(dataDir, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const signing = await loadKey(join(folder, 'signing.jwk.json'))
  const sealing = await loadKey(join(folder, 'sealing.jwk.json'))
  const ed25519 = loadEd25519(join(folder, 'ed25519.jwk.json'))
  const bls = await loadBls(join(folder, 'bls.jwk.json'))
  const documents = await loadDocuments(join(folder, 'documents.json'), clock.now())
  const tokens = await loadKey(join(folder, 'tokens.jwk.json'))
  const asking = await loadKey(join(folder, 'asking.jwk.json'))
  const secret = loadSecret(join(folder, 'records.key'))
  const recordKey = createHash('sha256').update('records').update(secret).digest()
  const credentials = await openCredentialKeys({ dataDir, signing, clock, did })
  return {
    signing,
    credentials,
    ed25519,
    bls,
    documents,
    sealing,
    tokens,
    asking,
    protect(text, id) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', recordKey, iv).setAAD(Buffer.from(id))
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      )
    },
    reveal(protectedText, id) {
      const bytes = Buffer.from(protectedText, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', recordKey, bytes.subarray(0, 12)).setAAD(
        Buffer.from(id),
      )
      decipher.setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
    },
    tag: (value) => createHmac('sha256', secret).update(value).digest('hex'),
  }
}

async function loadKey(path: string): Promise<IssuerKey> {
  const stored = readKept(path)
  if (stored) return issuerKeyFromJwk(zP256PrivateJwk.parse(JSON.parse(stored.toString('utf8'))))
  const key = await generateIssuerKey()
  keepFile(path, JSON.stringify(key.privateJwk))
  return key
}

function loadEd25519(path: string): Ed25519Key {
  const stored = readKept(path)
  if (stored) return ed25519KeyFromJwk(zEd25519PrivateJwk.parse(JSON.parse(stored.toString('utf8'))))
  const key = generateEd25519Key()
  keepFile(path, JSON.stringify(key.privateJwk))
  return key
}

async function loadBls(path: string): Promise<BlsKey> {
  const stored = readKept(path)
  if (stored) return blsKeyFromJwk(zBlsPrivateJwk.parse(JSON.parse(stored.toString('utf8'))))
  const key = await generateBlsKey()
  keepFile(path, JSON.stringify(key.privateJwk))
  return key
}

async function loadDocuments(path: string, now: number): Promise<Documents> {
  const stored = readKept(path)
  const kept = stored && zKeptDocuments.parse(JSON.parse(stored.toString('utf8')))
  const made = await makeDocuments(kept, now)
  if (made !== kept) keepFile(path, JSON.stringify(made))
  return documentsOf(made)
}

function loadSecret(path: string): Buffer {
  const stored = readKept(path)
  if (stored) return stored
  const secret = randomBytes(32)
  keepFile(path, secret)
  return secret
}
