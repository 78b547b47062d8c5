/** The phone's side of the hand-over by code against the kiosk's: two programs written from one document. */
import { randomBytes } from 'node:crypto'
import { UR, UREncoder } from '@ngraveio/bc-ur'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framesFor } from '../../../main/credentials/handover/frames.ts'
import { packCredential } from '../../../main/credentials/handover/pack-credential.ts'
import { createPairing, readHolderProof } from '../../../main/credentials/handover/pairing.ts'
import { readHandOverReceipt, sealedSha256 } from '../../../main/credentials/handover/receipt.ts'
import { sealForHolder } from '../../../main/credentials/handover/seal.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import { checkCredential } from '../../../renderer/phone/protocol/check-credential.ts'
import { Fountain } from '../../../renderer/phone/protocol/fountain.ts'
import { readFrame } from '../../../renderer/phone/protocol/frame-part.ts'
import { HandOverCatcher, type Sealed } from '../../../renderer/phone/protocol/hand-over-catch.ts'
import { createHolderKeys, holderOf, type Holder } from '../../../renderer/phone/protocol/holder.ts'
import { openSealed } from '../../../renderer/phone/protocol/open-sealed.ts'
import { answerPairing, readPairing } from '../../../renderer/phone/protocol/pairing-code.ts'
import { kindOfCode } from '../../../renderer/phone/protocol/read-code.ts'
import { writeReceipt } from '../../../renderer/phone/protocol/receipt-code.ts'
import { unpackCredential } from '../../../renderer/phone/protocol/unpack.ts'
import { createWorld, noon, type World } from '../credentials/wallet.ts'

const now = noon + 60_000
const newHolder = async () => holderOf(await createHolderKeys())
const world: World = await createWorld()
const holder: Holder = await newHolder()
const sdJwt = await issueFoundationalSdJwt({ ...world.options, holderJwk: holder.jwk })
const sealed = await sealForHolder(await packCredential(sdJwt), holder.jwk)

async function caught(texts: readonly string[]): Promise<Sealed | undefined> {
  const catcher = new HandOverCatcher()
  for (const text of texts) {
    expect(kindOfCode(text)).toBe('hand-over')
    const state = await catcher.take(text)
    if (state.state === 'whole') return state.sealed
  }
  return undefined
}

describe('pairing', () => {
  it('is answered so that the kiosk knows the key and shows the same mark', async () => {
    const pairing = createPairing({
      purpose: 'reissue',
      audience: world.issuer.did,
      office: 'Thimphu Thromde',
      clock: { now: () => now },
      random: (bytes) => randomBytes(bytes),
    })
    expect(kindOfCode(pairing.text)).toBe('pairing')
    const request = readPairing(pairing.text)._unsafeUnwrap()
    expect(request).toMatchObject({
      purpose: 'reissue',
      office: 'Thimphu Thromde',
      audience: world.issuer.did,
    })
    const paired = await readHolderProof(await answerPairing(request, holder, now), pairing, now)
    const { jkt, mark, formats } = paired._unsafeUnwrap()
    expect({ jkt, mark, formats }).toEqual({ jkt: holder.jkt, mark: holder.mark, formats: ['dc+sd-jwt'] })
  })
})

describe('hand-over', () => {
  it('in one code is opened, believed and receipted', async () => {
    const { frames } = framesFor(sealed)
    expect(frames).toHaveLength(1)
    const whole = await caught(frames)
    if (!whole) throw new Error('not caught')
    const packed = (await openSealed(whole, holder))._unsafeUnwrap()
    const text = (await unpackCredential(packed))._unsafeUnwrap()
    expect(text).toBe(sdJwt)
    const checked = await checkCredential(text, { holder, issuers: [world.issuer.did], now })
    expect(checked._unsafeUnwrap()).toMatchObject({
      provisional: false,
      issuer: world.issuer.did,
      claims: { fullName: 'Karma Dorji', ageOver18: true },
    })
    const receipt = await writeReceipt(whole, holder, now)
    const expected = { transfer: whole.transfer, sha256: sealedSha256(sealed), jkt: holder.jkt }
    expect((await readHandOverReceipt(receipt, expected)).isOk()).toBe(true)
  })

  it.each([1, 7, 23])('in frames is caught from any fifth lost, in any order (%i)', async (seed) => {
    const { frames, needed } = framesFor(sealed, { oneCodeBytes: 0 })
    const order = frames.map((text, at) => ({ text, key: (at * 7919 * seed) % 104_729 }))
    const seen = order.toSorted((a, b) => a.key - b.key).filter((_, at) => at % 5 !== 0)
    expect(needed).toBeGreaterThan(3)
    expect((await caught(seen.map(({ text }) => text)))?.bytes).toEqual(sealed)
  })

  it('mixes as the other library does, up to a hundred fragments', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 100 }), fc.integer(), async (count, seed) => {
        const message = Buffer.from(Array.from({ length: count * 20 }, (_, at) => (at * 31 + seed) & 255))
        const encoder = new UREncoder(new UR(message, 'btkiosk-h1'), 20)
        // None of the plain fragments: mixtures alone.
        for (let skip = 0; skip < encoder.fragmentsLength; skip += 1) encoder.nextPart()
        let fountain
        for (let tries = 0; tries < 20 + encoder.fragmentsLength * 6; tries += 1) {
          const part = readFrame(encoder.nextPart())
          if (!part) throw new Error('unreadable')
          fountain ??= new Fountain(part)
          const { message: found } = (await fountain.add(part)) ?? {}
          if (!found) continue
          expect(Buffer.from(found)).toEqual(message)
          return
        }
        throw new Error('never whole')
      }),
      { numRuns: 12 },
    )
  })

  it('of another transfer is told apart, and what was caught stays', async () => {
    const other = await sealForHolder(await packCredential(`${sdJwt}`), (await newHolder()).jwk)
    const [first = '', second = '', ...mine] = framesFor(sealed, { oneCodeBytes: 0 }).frames
    const [foreign = ''] = framesFor(other, { oneCodeBytes: 0 }).frames
    const catcher = new HandOverCatcher()
    expect(await catcher.take(first)).toMatchObject({ state: 'part', have: 1 })
    expect(await catcher.take(foreign)).toEqual({ state: 'other' })
    expect(await catcher.take(second)).toMatchObject({ state: 'part', have: 2 })
    const states = []
    for (const text of mine) states.push((await catcher.take(text)).state)
    expect(states).toContain('whole')
  })

  it('to another phone is not opened', async () => {
    const whole = await caught(framesFor(sealed).frames)
    if (!whole) throw new Error('not caught')
    const opened = await openSealed(whole, await newHolder())
    expect(opened._unsafeUnwrapErr().code).toBe('transfer.not-mine')
  })

  it('noise is refused, frame by frame', async () => {
    const catcher = new HandOverCatcher()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('BTKIOSK:H1:', 'UR:BTKIOSK-H1/1-9/', 'UR:BTKIOSK-H1/'),
        fc.string({ maxLength: 300 }),
        async (start, noise) => {
          expect((await catcher.take(start + noise)).state).toBe('broken')
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('packed noise is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await unpackCredential(Uint8Array.from(bytes))).isErr()).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a credential', () => {
  const issuers = [world.issuer.did]
  const check = async (text: string, change: object = {}) =>
    (await checkCredential(text, { holder, issuers, now, ...change })).match(
      () => 'kept',
      ({ code }) => code,
    )
  it('is kept only from an issuer that the citizen agreed to', async () => {
    expect(await check(sdJwt, { issuers: [] })).toBe('issuer.unknown')
  })
  it('is not kept with a changed claim, a changed signature, or a claim that was put in', async () => {
    const [jwt = '', ...rest] = sdJwt.split('~')
    const foreign = Buffer.from('["c2FsdHNhbHRzYWx0","fullName","Another"]').toString('base64url')
    expect(await check([jwt, foreign, ...rest].join('~'))).toBe('credential.unsuited')
    const [header, payload = '', signature = ''] = jwt.split('.')
    const later = Buffer.from(payload, 'base64url')
      .toString()
      .replace(/"exp":\d/, '"exp":9')
    const changed = [header, Buffer.from(later).toString('base64url'), signature].join('.')
    expect(await check([changed, ...rest].join('~'))).toBe('credential.forged')
  })
  it('of another phone, or one that is over, is not kept', async () => {
    expect(await check(sdJwt, { holder: await newHolder() })).toBe('credential.not-mine')
    expect(await check(sdJwt, { now: now + 20 * 365 * 86_400_000 })).toBe('credential.over')
  })
})
