import { randomBytes } from 'node:crypto'
import { URDecoder } from '@ngraveio/bc-ur'
import { decode } from 'cborg'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase45, toBase45 } from '../../../main/credentials/handover/base45.ts'
import { framesFor, mostInOneCode } from '../../../main/credentials/handover/frames.ts'
import {
  packCredential,
  packSmallest,
  unpackCredential,
} from '../../../main/credentials/handover/pack-credential.ts'
import { readHandOverReceipt, sealedSha256 } from '../../../main/credentials/handover/receipt.ts'
import { sealForHolder, transferOf } from '../../../main/credentials/handover/seal.ts'
import { issueFoundationalLdp } from '../../../main/credentials/issue-ldp.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { seeded } from '../../bench/qr-frames.ts'
import { testPhone } from './test-phone.ts'

const phone = await testPhone()
const options = {
  claims: {
    ...{
      fullName: 'Tshering Yangchen',
      fullNameDzongkha: 'ཚེ་རིང་གཡང་ཆེན',
      gender: 'female',
      cid: '11410003122',
    },
    ...{ dateOfBirth: '1986-04-12', idType: 'Citizenship Identity Card', citizenship: 'Bhutanese' },
    ...{ bloodType: 'O+', houseNumber: 'Ga-3-41', thramNumber: '2231', village: 'Lunana', gewog: 'Lunana' },
    dzongkhag: 'Gasa',
  },
  holderJwk: phone.key.publicJwk,
  issuerKey: await generateIssuerKey(),
  status: { listUrl: 'https://issuer.example.bt/status/1', index: 94_567 },
  validFrom: new Date('2026-03-01T04:00:00Z'),
  validUntil: new Date('2027-03-01T04:00:00Z'),
}
const sdJwt = await issueFoundationalSdJwt(options)
const ldp = await issueFoundationalLdp(options)

test('both formats come out of their packing as they went in, and the smaller one is taken', async () => {
  const [ofSdJwt, ofLdp] = [await packCredential(sdJwt), await packCredential(ldp)]
  expect(await unpackCredential(ofSdJwt)).toBe(sdJwt)
  expect(await unpackCredential(ofLdp)).toEqual(ldp)
  expect(ofSdJwt.length).toBeLessThan(ofLdp.length)
  expect(await packSmallest([ldp, sdJwt])).toEqual(ofSdJwt)
})

test('what cannot be taken apart travels as text: a disclosure with spaces, a payload without digests', async () => {
  const [jwt, first, ...others] = sdJwt.split('~')
  const spaced = Buffer.from(
    Buffer.from(first ?? '', 'base64url')
      .toString()
      .replace(',', ', '),
  ).toString('base64url')
  for (const text of [[jwt, spaced, ...others].join('~'), 'eyJ.e30.c2ln~'])
    expect(await unpackCredential(await packCredential(text))).toBe(text)
})

test('without a portrait all of it fits one code; only the phone opens it', async () => {
  const sealed = await sealForHolder(await packCredential(sdJwt), phone.key.publicJwk)
  const { frames, needed, transfer } = framesFor(sealed)
  expect([frames.length, needed]).toEqual([1, 1])
  const [, text = ''] = /^BTKIOSK:H1:[A-Z2-7]{12}:([0-9A-Z $%*+\-./:]+)$/.exec(frames[0] ?? '') ?? []
  expect(fromBase45(text)).toEqual(sealed)
  expect(transferOf(sealed)).toBe(transfer)
  expect(await unpackCredential(await phone.open(sealed))).toBe(sdJwt)
  const other = await testPhone()
  await expect(other.open(sealed)).rejects.toThrow()
  for (const at of [0, 40, 70, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed, (byte, n) => (n === at ? byte ^ 1 : byte))
    await expect(phone.open(changed)).rejects.toThrow()
  }
})

/** Catches frames as a wallet does. @returns the sealed bytes once they are there */
function catcher() {
  const decoder = new URDecoder(undefined, 'btkiosk-h1')
  return (frame: string) => {
    try {
      decoder.receivePart(frame.toLowerCase())
    } catch {
      // Noise, or a frame of something else.
    }
    if (!decoder.isSuccess()) return undefined
    const [transfer, bytes]: unknown[] = decode(decoder.resultUR().cbor)
    return { transfer, bytes }
  }
}

test('longer ones come in frames, caught in any order, with losses and repeats', async () => {
  const sealed = Uint8Array.from(randomBytes(2_600))
  const { frames, needed, transfer } = framesFor(sealed)
  expect(frames.length).toBeGreaterThan(needed)
  expect(sealed.length).toBeGreaterThan(mostInOneCode)
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = seeded(seed)
      const order = [...frames].sort(() => random() - 0.5)
      const caught = order.filter(() => random() > 0.2)
      const take = catcher()
      let got: ReturnType<typeof take>
      for (const frame of [...caught.slice(0, 3), ...caught]) got ??= take(frame)
      expect(got).toEqual({ transfer, bytes: sealed })
    }),
    { numRuns: 40 },
  )
})

test('frames of another transfer and ten thousand of noise neither complete nor disturb it', async () => {
  const sealed = Uint8Array.from(randomBytes(2_600))
  const { frames } = framesFor(sealed)
  const foreign = framesFor(Uint8Array.from(randomBytes(2_600))).frames
  const take = catcher()
  const [first = ''] = frames
  expect(take(first)).toBeUndefined()
  for (const frame of foreign) expect(take(frame)).toBeUndefined()
  const random = fc.sample(fc.string({ maxLength: 500 }), { numRuns: 5_000, seed: 1 })
  for (const noise of random) expect(take(noise)).toBeUndefined()
  for (let n = 0; n < 5_000; n += 1) {
    const frame = [...(frames[n % frames.length] ?? '')]
    frame[(n * 7_919) % frame.length] = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(n % 26)
    const text = frame.join('')
    if (!frames.includes(text)) expect(take(text)).toBeUndefined()
  }
  let got: ReturnType<typeof take>
  for (const frame of frames) got ??= take(frame)
  expect(got?.bytes).toEqual(sealed)
})

test('a receipt counts for its own transfer, bytes and phone only', async () => {
  const sealed = await sealForHolder(await packCredential(sdJwt), phone.key.publicJwk)
  const transfer = transferOf(sealed)
  const expected = { transfer, sha256: sealedSha256(sealed), jkt: phone.jkt }
  const codeOf = async (text: string, changes = {}) => {
    const read = await readHandOverReceipt(text, { ...expected, ...changes })
    return read.isOk() ? 'ok' : [read.error.code, read.error.detail?.['reason']].filter(Boolean).join(' ')
  }
  const good = await phone.receipt(transfer, sealed)
  expect(await codeOf(good)).toBe('ok')
  expect(await codeOf(good, { transfer: 'AAAAAAAAAAAA' })).toBe('handover.receipt-wrong transfer')
  expect(await codeOf(good, { sha256: sealedSha256(Uint8Array.of(1)) })).toBe(
    'handover.receipt-wrong content',
  )
  expect(await codeOf(await (await testPhone()).receipt(transfer, sealed))).toBe(
    'handover.receipt-wrong holder',
  )
  const forged = `${good.slice(0, -8)}AAAAAAAA`
  expect(await codeOf(forged)).toBe('handover.receipt-wrong signature')
  for (const text of [
    '',
    'btkiosk:slip:1:x',
    good.replace('receipt', 'receive'),
    `${good}${'A'.repeat(2_000)}`,
  ])
    expect(await codeOf(text)).toBe('handover.receipt-unreadable')
})

test('what is unpacked is bounded and never throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      await expect(unpackCredential(bytes)).resolves.toBeUndefined()
    }),
  )
  expect(await unpackCredential(await packCredential('A'.repeat(70_000)))).toBeUndefined()
})

test('Base45 is that of RFC 9285 §4.3, and refuses what is none', () => {
  for (const [plain, coded] of [
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ] as const) {
    expect(toBase45(Buffer.from(plain))).toBe(coded)
    expect(Buffer.from(fromBase45(coded) ?? []).toString()).toBe(plain)
  }
  for (const bad of ['A', 'ab', ':::', 'GGW', 'AAA!', '::']) expect(fromBase45(bad)).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(fromBase45(toBase45(bytes))).toEqual(bytes)
    }),
  )
})
