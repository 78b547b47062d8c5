/** What a clever phone could change in an answer, format by format, and text that is no answer at all. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AskedPresentation } from '../../../main/credentials/presentation-request.ts'
import { zFailureCode } from '../../../main/api/failure.ts'
import { answerWith, ask, createWorld, judge, presentLdp, presentSdJwt, type World } from './wallet.ts'

let world: World
let asked: AskedPresentation
beforeAll(async () => {
  world = await createWorld()
  asked = ask(['dzongkhag'])
})

const codeOf = async (answer: string) => (await judge(world, asked, answer))._unsafeUnwrapErr().code
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('dc+sd-jwt', () => {
  const sd = (presentation: string) => codeOf(answerWith(asked, { sd: [presentation] }))

  it('without key binding', async () => {
    expect(await sd(await presentSdJwt(world, asked, { bind: false }))).toBe('presentation.holder-mismatch')
  })

  it('with another value in the disclosure', async () => {
    const [jwt, disclosure = '', binding] = (await presentSdJwt(world, asked)).split('~')
    const [salt] = JSON.parse(Buffer.from(disclosure, 'base64url').toString())
    const paro = encoded([salt, 'dzongkhag', 'Paro'])
    expect(await sd([jwt, paro, binding].join('~'))).toBe('presentation.bad-signature')
  })

  it('with a disclosure added, taken away or repeated after the holder signed', async () => {
    const [jwt, disclosure, binding] = (await presentSdJwt(world, asked)).split('~')
    const cid = world.sdJwt
      .split('~')
      .find((part) => Buffer.from(part, 'base64url').toString().includes('"cid"'))
    expect(await sd([jwt, disclosure, cid, binding].join('~'))).toBe('presentation.bad-signature')
    expect(await sd([jwt, binding].join('~'))).toBe('presentation.bad-signature')
    expect(await sd([jwt, disclosure, disclosure, binding].join('~'))).toBe('presentation.bad-signature')
  })

  it.each(['iss', 'cnf', 'exp', 'credentialStatus', '_sd', '__proto__'])(
    'with a disclosure that claims to be %s',
    async (name) => {
      const [jwt, disclosure, binding] = (await presentSdJwt(world, asked)).split('~')
      const extra = encoded(['c2FsdA', name, 'did:key:zDnaeWrong'])
      expect(await sd([jwt, disclosure, extra, binding].join('~'))).toBe('presentation.bad-signature')
    },
  )

  it('with the payload changed, the algorithm set to none, or the key of another issuer named', async () => {
    const [jwt = '', ...rest] = (await presentSdJwt(world, asked)).split('~')
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const head = JSON.parse(Buffer.from(header, 'base64url').toString())
    const with_ = (h: object, p: object, s = signature) =>
      [`${encoded(h)}.${encoded(p)}.${s}`, ...rest].join('~')
    expect(await sd(with_(head, { ...claims, exp: claims.exp + 1 }))).toBe('presentation.bad-signature')
    expect(await sd(with_(head, { ...claims, cnf: { jwk: world.issuer.publicJwk } }))).toMatch(
      /signature|mismatch/,
    )
    expect(await sd(with_({ ...head, alg: 'none' }, claims, ''))).toBe('presentation.unreadable')
    expect(await sd(with_({ ...head, alg: 'HS256' }, claims))).toBe('presentation.unreadable')
    expect(await sd(with_({ ...head, kid: world.holder.keyId }, claims))).toBe(
      'presentation.issuer-key-unknown',
    )
    expect(await sd(with_({ ...head, x5c: ['MIIB'] }, claims))).toBe('presentation.unreadable')
    expect(await sd(with_(head, { ...claims, vct: 'https://example.org/other' }))).toBe(
      'presentation.unreadable',
    )
  })
})

describe('ldp_vc', () => {
  const ld = async (bend: (credential: Record<string, unknown>) => object) =>
    codeOf(
      answerWith(asked, { ld: [await presentLdp(world, asked, { bend: (given) => bend({ ...given }) })] }),
    )

  it('with another value under the derived proof', async () => {
    const changed = await ld((credential) => ({
      ...credential,
      credentialSubject: { ...Object(credential['credentialSubject']), dzongkhag: 'Paro' },
    }))
    expect(changed).toBe('presentation.bad-signature')
  })

  it('with dates or status changed', async () => {
    expect(await ld((credential) => ({ ...credential, validUntil: '2099-01-01T00:00:00Z' }))).toBe(
      'presentation.bad-signature',
    )
    const moved = { ...Object(JSON.parse(JSON.stringify(world.ldp))).credentialStatus, statusListIndex: '41' }
    expect(await ld((credential) => ({ ...credential, credentialStatus: moved }))).toBe(
      'presentation.bad-signature',
    )
  })

  it('changed after the holder signed', async () => {
    const presentation = { ...(await presentLdp(world, asked)), holder: world.issuer.did }
    expect(await codeOf(answerWith(asked, { ld: [presentation] }))).toBe('presentation.holder-mismatch')
    const proven = JSON.parse(JSON.stringify(await presentLdp(world, asked)))
    proven.proof.created = '2026-03-01T06:00:01Z'
    expect(await codeOf(answerWith(asked, { ld: [proven] }))).toBe('presentation.holder-mismatch')
  })

  it('unsigned, with two credentials, or with the base credential inside', async () => {
    const { proof: _proof, ...unsigned } = Object(await presentLdp(world, asked))
    expect(await codeOf(answerWith(asked, { ld: [unsigned] }))).toBe('presentation.unreadable')
    const signed = Object(await presentLdp(world, asked))
    const twice = {
      ...signed,
      verifiableCredential: [...signed.verifiableCredential, ...signed.verifiableCredential],
    }
    expect(await codeOf(answerWith(asked, { ld: [twice] }))).toBe('presentation.unreadable')
    expect(await ld(() => world.ldp)).toBe('presentation.bad-signature')
  })

  it('with a context of a stranger, inside or beside ours', async () => {
    const signed = Object(await presentLdp(world, asked))
    for (const context of [
      ['https://www.w3.org/ns/credentials/v2', 'https://example.org/evil'],
      ['https://www.w3.org/ns/credentials/v2', { dzongkhag: 'https://example.org/evil' }],
    ]) {
      expect(await codeOf(answerWith(asked, { ld: [{ ...signed, '@context': context }] }))).toBe(
        'presentation.unreadable',
      )
    }
    const [credential] = signed.verifiableCredential
    const inner = {
      ...credential,
      credentialSubject: { ...credential.credentialSubject, '@context': 'https://example.org/evil' },
    }
    const bent = { ...signed, verifiableCredential: [inner] }
    expect(await codeOf(answerWith(asked, { ld: [bent] }))).toBe('presentation.bad-signature')
  })
})

describe('text that is no answer', () => {
  it.each([
    '',
    '#',
    'https://example.org/#vp_token=%7B%7D',
    'btkiosk:slip:1:01H0000000000000000000000:abcd',
    'btkiosk:present:1:r1',
    'btkiosk:present:1:r1#',
    'btkiosk:present:1:r1#vp_token=',
    'btkiosk:present:1:r1#vp_token=null',
    'btkiosk:present:1:r1#vp_token=%7B%7D',
    'btkiosk:present:1:r1#vp_token=%7B%22sd%22:%5B%5D%7D',
    'btkiosk:present:1:r1#vp_token=%7B%22sd%22:%5B%22~%22%5D%7D',
    'btkiosk:present:1:r1#vp_token=%7B%22sd%22:%5B%22a.b.c~%22%5D%7D',
    'btkiosk:present:1:r1#vp_token=%7B%22ld%22:%5Bnull%5D%7D',
    `btkiosk:present:1:r1#vp_token=${'['.repeat(9000)}`,
    `btkiosk:present:1:r1#vp_token=${'A'.repeat(17_000)}`,
  ])('%#: is unreadable', async (text) => {
    expect(await codeOf(text)).toBe('presentation.unreadable')
  })

  it('whatever is scanned, the verdict is a code and never an exception', async () => {
    const token = fc.oneof(
      fc.record({ sd: fc.tuple(fc.string({ maxLength: 400 })) }),
      fc.record({
        sd: fc.tuple(fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('~'))),
      }),
      fc.record({ ld: fc.tuple(fc.jsonValue()) }),
      fc.jsonValue(),
    )
    const text = fc.oneof(
      fc.string({ maxLength: 300, unit: 'binary' }),
      token.map((value) => answerWith(asked, Object(value))),
    )
    await fc.assert(
      fc.asyncProperty(text, async (answer) => {
        const verdict = await judge(world, asked, answer)
        return verdict.isErr() && zFailureCode.safeParse(verdict.error.code).success
      }),
      { numRuns: 300 },
    )
  })

  it('no changed character makes a good answer say something else', async () => {
    const good = {
      sd: answerWith(asked, { sd: [await presentSdJwt(world, asked)] }),
      ld: answerWith(asked, { ld: [await presentLdp(world, asked)] }),
    }
    const place = fc.record({
      format: fc.constantFrom('sd' as const, 'ld' as const),
      at: fc.nat(),
      by: fc.constantFrom(...'aZ0~."%{'),
    })
    await fc.assert(
      fc.asyncProperty(place, async ({ format, at, by }) => {
        const answer = good[format]
        const index = at % answer.length
        const changed = answer.slice(0, index) + by + answer.slice(index + 1)
        const verdict = await judge(world, asked, changed)
        // The last character of a base64url text has bits that mean nothing.
        return verdict.isErr() || JSON.stringify(verdict.value.claims) === '{"dzongkhag":"Thimphu"}'
      }),
      { numRuns: 150 },
    )
  })
})
