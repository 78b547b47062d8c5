import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPairing, pairingLifeMs, readHolderProof } from '../../../main/credentials/handover/pairing.ts'
import { testPhone } from './test-phone.ts'

const now = Date.parse('2026-03-01T04:00:00Z')
const clock = { now: () => now }
const pair = () =>
  createPairing({
    ...{ purpose: 'reissue', audience: 'did:key:zDnIssuer', office: 'Gasa', clock, random: randomBytes },
  })
const phone = await testPhone(clock.now)

const codeOf = async (answer: string, pairing = pair(), at = now) => {
  const read = await readHolderProof(answer, pairing, at)
  return read.isOk() ? 'ok' : [read.error.code, read.error.detail?.['reason']].filter(Boolean).join(' ')
}

test('the phone that answers is known by its key, which people can tell by four characters', async () => {
  const pairing = pair()
  const read = (await readHolderProof(await phone.answer(pairing.text), pairing, now))._unsafeUnwrap()
  expect(read.jwk).toEqual(phone.key.publicJwk)
  expect(read.jkt).toBe(phone.jkt)
  expect(read.mark).toMatch(/^[A-Z2-7]{4}$/)
  expect(read.formats).toEqual(['dc+sd-jwt'])
})

test('a phone that takes both formats says so; one that takes none that we know is not understood', async () => {
  const pairing = pair()
  const answer = await phone.answer(pairing.text)
  const both = (await readHolderProof(`${answer}&f=ldp_vc,dc+sd-jwt,anoncreds`, pairing, now))._unsafeUnwrap()
  expect(both.formats).toEqual(['ldp_vc', 'dc+sd-jwt'])
  expect(await codeOf(`${answer}&f=anoncreds`, pairing)).toBe('pairing.unreadable')
})

test('what is for another question, another issuer, another day or another key is refused, each by its reason', async () => {
  const pairing = pair()
  const yesterday = pair()
  const wrong = 'pairing.wrong-nonce'
  expect(await codeOf(await phone.answer(yesterday.text), pairing)).toBe(`${wrong} request`)
  expect(await codeOf(await phone.answer(yesterday.text, { id: pairing.id }), pairing)).toBe(`${wrong} nonce`)
  expect(await codeOf(await phone.answer(pairing.text, { aud: 'did:key:zDnOther' }), pairing)).toBe(
    `${wrong} audience`,
  )
  expect(await codeOf(await phone.answer(pairing.text), pairing, now + pairingLifeMs + 1)).toBe(
    `${wrong} late`,
  )
  const dayBefore = Math.floor(now / 1000) - 86_401
  expect(await codeOf(await phone.answer(pairing.text, { iat: dayBefore }), pairing)).toBe(`${wrong} clock`)
  const answer = await phone.answer(pairing.text)
  const other = await (await testPhone(clock.now)).answer(pairing.text)
  const mixed = `${answer.split('.').slice(0, 2).join('.')}.${other.split('.')[2]}`
  expect(await codeOf(mixed, pairing)).toBe('pairing.bad-proof')
})

test('whatever a camera reads is answered with a code, and nothing throws', async () => {
  const pairing = pair()
  const answer = await phone.answer(pairing.text)
  // Not the last sign: of its bits four mean nothing (86 signs for 64 bytes), so that another may say the same.
  await fc.assert(
    fc.asyncProperty(fc.nat(answer.length - 2), fc.string({ maxLength: 3 }), async (at, put) => {
      const changed = answer.slice(0, at) + put + answer.slice(at + 1)
      if (changed !== answer) expect(await codeOf(changed, pairing)).not.toBe('ok')
    }),
    { numRuns: 300 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 3000 }), async (text) => {
      expect(await codeOf(text, pairing)).toBe('pairing.unreadable')
    }),
    { numRuns: 200 },
  )
})
