/** The bundle of docs/sticks.md: whoever reads that page can check a reader of their own by it, and we ours. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { verifyHead } from '../../../../sync/bundle/bundle-head.ts'
import { openBundle } from '../../../../sync/bundle/open-bundle.ts'
import { zPublicJwk } from '../../../../sync/bundle/z-bundle.ts'
import { sha256Hex } from '../../../../sync/packet.ts'

const zVector = z.object({
  keys: z.object({
    issuerSigning: zPublicJwk,
    issuerSealing: zPublicJwk.extend({ d: z.string() }),
    kiosk: zPublicJwk,
  }),
  files: z.record(z.string(), z.string()),
  inside: z.object({
    ...{ kiosk: z.string(), office: z.string(), created: z.string(), sequence: z.number() },
    documents: z.array(z.string()),
    payloads: z.array(z.object({ sha256: z.string(), bytes: z.number() })),
  }),
})

it('opens as the page says, by the certificate and by the registry', async () => {
  const path = new URL('../../../fixtures/bundle-vector.json', import.meta.url)
  const { keys, files, inside } = zVector.parse(JSON.parse(readFileSync(path, 'utf8')))
  const bytes = Buffer.from(files['HEAD.JWS'] ?? '', 'latin1')
  const head = (await verifyHead(bytes, { issuer: keys.issuerSigning }))._unsafeUnwrap()
  const known = { issuer: keys.issuerSigning, kiosk: async () => keys.kiosk }
  expect((await verifyHead(bytes, known))._unsafeUnwrap()).toEqual(head)
  expect(head.kiosk).toBe(inside.kiosk)
  const read = async (n: number) => {
    const volume = Buffer.from(files[`V000${n + 1}.BIN`] ?? '', 'base64')
    expect(sha256Hex(volume)).toBe(head.volumes[n]?.sha256)
    return volume
  }
  const opened = (await openBundle(head, keys.issuerSealing, read))._unsafeUnwrap()
  const { office, created, sequence } = opened.envelope
  expect({ office, created, sequence }).toEqual({ office: 'Gasa', created: inside.created, sequence: 3 })
  expect(opened.documents.map(({ _id }) => _id)).toEqual(inside.documents)
  const payloads = []
  for await (const { sha256, content } of opened.payloads()) payloads.push({ sha256, bytes: content?.length })
  expect(payloads).toEqual(inside.payloads)
})
