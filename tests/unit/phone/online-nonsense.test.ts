/** Whatever lies at an address or comes through the relay is answered with a code, and nothing throws. */
import fc from 'fast-check'
import { ok } from 'neverthrow'
import { expect, test } from 'vitest'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { openSealedAnswer } from '../../../main/credentials/signed-request.ts'
import { fetchRequest } from '../../../renderer/phone/protocol/fetched-request.ts'
import { checkRegistration } from '../../../renderer/phone/protocol/registration.ts'

const key = await generateIssuerKey()
const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
/** Looks like a token at the first glance. */
const token = fc
  .tuple(fc.jsonValue(), fc.jsonValue(), fc.base64String())
  .map(([header, payload, tail]) => [part(header), part(payload), tail].join('.'))
const text = fc.oneof(fc.string({ maxLength: 400 }), token)

test('a question that was fetched', async () => {
  const at = 'http://127.0.0.1:4000/oid4vp/requests/x'
  const code = `openid4vp://?client_id=decentralized_identifier:${key.did}&request_uri=${encodeURIComponent(at)}`
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(text, fc.jsonValue()),
      fc.integer({ min: 200, max: 599 }),
      async (body, status) => {
        const read = await fetchRequest(code, async () => ok({ status, body }), Date.now())
        expect(read._unsafeUnwrapErr().code).toMatch(/^request\.(not-there|registration|unsuited)$/)
      },
    ),
    { numRuns: 300 },
  )
  expect(
    (await fetchRequest(code, async () => ok({ status: 200, body: 'x'.repeat(20_000) }), 0)).isErr(),
  ).toBe(true)
})

test('the word of an issuer on who asks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.jsonValue()), async (data) => {
      const asked = {
        ...{ clientId: '', nonce: '', queryId: 'sd', types: [], fields: [], signedBy: key.did },
        ...{ answer: { by: 'code' as const, redirect: '' }, verifierInfo: [{ format: 'jwt', data }] },
      }
      const checked = await checkRegistration(asked, { issuers: [key.did], now: Date.now() })
      expect(checked._unsafeUnwrapErr().code).toBe('request.registration')
    }),
    { numRuns: 300 },
  )
})

test('an answer from the relay', async () => {
  const sealed = fc.tuple(token, fc.base64String(), fc.base64String()).map((parts) => parts.join('.'))
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, sealed), async (jwe) => {
      expect((await openSealedAnswer(jwe, key))._unsafeUnwrapErr().code).toBe('presentation.unreadable')
    }),
    { numRuns: 300 },
  )
  expect((await openSealedAnswer('x'.repeat(100_000), key)).isErr()).toBe(true)
})
