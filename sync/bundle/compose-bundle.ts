/** Makes a bundle: seals the index to whom it is for, counts out the volumes, signs the head. */
import { createCipheriv } from 'node:crypto'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import type { Random } from '../packet.ts'
import { signHead } from './bundle-head.ts'
import {
  bundleStream,
  describeVolumes,
  PayloadGone,
  type BundleContent,
  type ReadPayload,
} from './bundle-stream.ts'
import { zBundleIndex, type BundleHead, type CarriedDoc, type Envelope, type PayloadRef } from './z-bundle.ts'

export interface ComposeOptions {
  kind: BundleHead['kind']
  kiosk: string
  certificate?: string
  office: string
  /** ms since 1970 */
  now: number
  sequence: number
  documents: readonly CarriedDoc[]
  payloads: readonly PayloadRef[]
  read: ReadPayload
  /** P-256 public JWK of whom it is for */
  sealTo: JWK
  /** P-256 private JWK of who writes it */
  signWith: JWK
  random: Random
  /** size of a volume, in bytes */
  volumeBytes?: number
}

export interface Composed extends BundleContent {
  name: string
  /** the bytes of `HEAD.JWS` */
  head: Uint8Array
  /** SHA-256 of payloads that were to go with it and are not here */
  left: string[]
}

/** Payloads that are not here, or damaged, are left out and named: the documents go all the same. */
export async function composeBundle(options: ComposeOptions): Promise<Composed> {
  const left = new Set<string>()
  for (;;) {
    try {
      return { ...(await compose(options, left)), left: [...left] }
    } catch (error) {
      if (!(error instanceof PayloadGone)) throw error
      left.add(error.sha256)
    }
  }
}

async function compose(options: ComposeOptions, left: ReadonlySet<string>) {
  const { kind, kiosk, certificate, office, now, sequence, read, sealTo, signWith, random } = options
  const wanted = new Map(options.payloads.map((one) => [one.sha256, one]))
  const payloads = [...wanted.values()].filter(({ sha256 }) => !left.has(sha256))
  const key = random(32)
  const iv = random(12)
  const plain = JSON.stringify(zBundleIndex.parse({ documents: options.documents, payloads }))
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const index = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const envelope: Envelope = {
    ...{ office, created: new Date(now).toISOString(), sequence, indexBytes: index.length },
    key: Buffer.from(key).toString('base64url'),
    iv: Buffer.from(iv).toString('base64url'),
  }
  const sealed = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(envelope)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'btkiosk-envelope' })
    .encrypt(await importJWK(sealTo, 'ECDH-ES+A256KW'))
  const name = nameFrom(random(8))
  const volumes = await describeVolumes(bundleStream({ index, payloads }, read, options.volumeBytes))
  const head = await signHead(
    {
      form: 1,
      kind,
      bundle: name,
      kiosk,
      ...(certificate !== undefined && { certificate }),
      sealed,
      volumes,
    },
    signWith,
  )
  return { name, head, index, payloads }
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const nameFrom = (bytes: Uint8Array) => [...bytes].map((byte) => letters[byte % 32]).join('')
