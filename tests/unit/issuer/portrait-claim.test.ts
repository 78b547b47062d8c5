/** The face in a credential is the one that was enrolled, made small by the issuer; no form brings another. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'jpeg-js'
import { ulid } from 'ulid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawFace } from '../../../hardware/simulators/camera/face.ts'
import { checkPacket } from '../../../sync/issuer/intake/check-packet.ts'
import { loadKeys, type IssuerKeys } from '../../../sync/issuer/keys.ts'
import { zRequestId } from '../../../sync/z-facts.ts'
import { madeRequest } from '../../fixtures/made-request.ts'

const folder = mkdtempSync(join(tmpdir(), 'portrait-claim-'))
let keys: IssuerKeys
beforeAll(async () => (keys = await loadKeys(folder)))
afterAll(() => rmSync(folder, { recursive: true }))

function jpeg(): Uint8Array {
  const [width, height] = [480, 600]
  const { rgb } = drawFace(width, height, 7)
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i += 1) data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
  return new Uint8Array(encode({ width, height, data }, 90).data)
}

async function checked(portrait: Uint8Array, claims: object = {}) {
  const id = zRequestId.parse(ulid())
  const at = new Date().toISOString()
  const { packet } = madeRequest(
    { kiosk: 'kiosk', office: 'Paro' },
    { ...{ id, kind: 'enrolment', cid: '10000000001', sizes: [1], at } },
  )
  const parts = { names: new Set(['portrait']), read: async () => portrait }
  const whole = { ...packet, partKeys: [], claims: { ...packet.claims, ...claims } }
  return checkPacket(whole, parts, keys, {
    countryCertificates: async () => [],
    approval: { policy: { approval: 'never' }, staff: [] },
  })
}

test('is a small WebP of the portrait', async () => {
  const { portrait = '' } = (await checked(jpeg()))._unsafeUnwrap().claims
  const bytes = Buffer.from(portrait, 'base64url')
  expect(bytes.subarray(8, 12).toString()).toBe('WEBP')
  expect(bytes.length).toBeLessThanOrEqual(2_048)
})

test('is missing where what was enrolled is no picture, and nothing else is', async () => {
  const { claims } = (await checked(randomBytes(3_000)))._unsafeUnwrap()
  expect(claims).toMatchObject({ cid: '10000000001' })
  expect(claims).not.toHaveProperty('portrait')
})

test('cannot be brought by the form', async () => {
  expect((await checked(jpeg(), { portrait: 'AAAA' }))._unsafeUnwrapErr()).toBe('schema-mismatch')
})
