/** A bundle with its keys, and an empty stick. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { certifyKiosk, readHead } from '../../../../sync/bundle/bundle-head.ts'
import { bundleStream } from '../../../../sync/bundle/bundle-stream.ts'
import { composeBundle, type Composed } from '../../../../sync/bundle/compose-bundle.ts'
import { openBundle, type ReadVolume } from '../../../../sync/bundle/open-bundle.ts'
import { volumeFile } from '../../../../sync/bundle/stick-folder.ts'
import { writeBundle, type WriteOptions } from '../../../../sync/bundle/write-bundle.ts'
import { sha256Hex } from '../../../../sync/packet.ts'

export async function keyPair(): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const privateJwk = await exportJWK(privateKey)
  const { d: _secret, ...publicJwk } = privateJwk
  return { privateJwk, publicJwk }
}

export interface BundleWorld {
  issuer: Awaited<ReturnType<typeof keyPair>>
  sealing: Awaited<ReturnType<typeof keyPair>>
  kiosk: Awaited<ReturnType<typeof keyPair>>
  payloads: Map<string, Uint8Array>
  composed: Composed
  stick: string
  head: ReturnType<typeof headOf>
  write(more?: Partial<WriteOptions>): ReturnType<typeof writeBundle>
  open(read: ReadVolume): ReturnType<typeof openBundle>
  volumePath(n: number): string
  fresh(): void
  end(): void
}

const headOf = (composed: Composed) => readHead(composed.head)._unsafeUnwrap()

export const document = (id = '01ARZ3NDEKTSV4RRFFQ69G5FAV') => ({
  ...{ _id: `request:${id}`, _rev: '1-967a00dff5e02add41819138abb3284d' },
  office: 'Gasa',
})

/** @param sizes of the payloads, in bytes */
export async function bundleWorld(sizes: readonly number[], volumeBytes = 1_000): Promise<BundleWorld> {
  const [issuer, sealing, kiosk] = await Promise.all([keyPair(), keyPair(), keyPair()])
  const payloads = new Map(
    sizes.map((size) => {
      const bytes = randomBytes(size)
      return [sha256Hex(bytes), bytes] as const
    }),
  )
  const read = async (sha256: string) => payloads.get(sha256)
  const composed = await composeBundle({
    ...{ kind: 'requests', kiosk: 'kiosk-007', office: 'Gasa', now: 1_790_000_000_000, sequence: 3 },
    certificate: await certifyKiosk('kiosk-007', kiosk.publicJwk, issuer.privateJwk),
    documents: [document()],
    payloads: [...payloads].map(([sha256, bytes]) => ({ sha256, bytes: bytes.length })),
    ...{ read, sealTo: sealing.publicJwk, signWith: kiosk.privateJwk, random: randomBytes, volumeBytes },
  })
  const head = headOf(composed)
  const state = { stick: mkdtempSync(join(tmpdir(), 'stick-')) }
  const stream = bundleStream(composed, read, volumeBytes)
  return {
    ...{ issuer, sealing, kiosk, payloads, composed, head },
    get stick() {
      return state.stick
    },
    write: (more) =>
      writeBundle({ medium: state.stick, head, headBytes: composed.head, volume: stream.volume, ...more }),
    open: (reader) => openBundle(head, sealing.privateJwk, reader),
    volumePath: (n) => join(state.stick, 'IDKIOSK', composed.name, volumeFile(n)),
    fresh() {
      rmSync(state.stick, { recursive: true, force: true })
      state.stick = mkdtempSync(join(tmpdir(), 'stick-'))
    },
    end: () => rmSync(state.stick, { recursive: true, force: true }),
  }
}

export const fileOf = (path: string): Buffer => readFileSync(path)
