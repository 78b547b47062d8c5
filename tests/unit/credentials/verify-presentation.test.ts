/** Every way in which a phone's answer can be wrong, in both formats, by its code. */
import { beforeAll, describe, expect, it } from 'vitest'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import type { AskedPresentation } from '../../../main/credentials/presentation-request.ts'
import type { ClaimName } from '../../../main/credentials/z-foundational.ts'
import {
  answerWith,
  ask,
  createWorld,
  judge,
  listsOf,
  noon,
  presentLdp,
  presentSdJwt,
  type Judging,
  type World,
} from './wallet.ts'

let world: World
let other: World
beforeAll(async () => {
  world = await createWorld()
  other = await createWorld({ issuerKey: world.issuer })
})

interface Wish {
  show?: ClaimName[]
  nonce?: string
  audience?: string
  at?: number
  key?: World['holder']
}

const formats = {
  'dc+sd-jwt': async (from: World, asked: AskedPresentation, wish: Wish = {}) =>
    answerWith(asked, { sd: [await presentSdJwt(from, asked, wish)] }),
  ldp_vc: async (from: World, asked: AskedPresentation, { audience, ...wish }: Wish = {}) =>
    answerWith(asked, {
      ld: [await presentLdp(from, asked, { ...wish, ...(audience && { domain: audience }) })],
    }),
}

describe.each(['dc+sd-jwt', 'ldp_vc'] as const)('%s', (format) => {
  const present = formats[format]
  const failure = async (asked: AskedPresentation, answer: string, judging?: Judging) =>
    (await judge(world, asked, answer, judging))._unsafeUnwrapErr()

  it('gives exactly the claims that were asked for', async () => {
    const asked = ask(['dzongkhag', 'gewog'])
    const seen = (await judge(world, asked, await present(world, asked)))._unsafeUnwrap()
    expect(seen).toEqual({
      claims: { dzongkhag: 'Thimphu', gewog: 'Chang' },
      issuer: world.issuer.did,
      holder: world.holder.did,
      format,
      statusAgeDays: 1.25,
    })
  })

  it('gives true or false for being 18, without the date of birth', async () => {
    const asked = ask(['ageOver18'])
    const answer = await present(world, asked)
    expect((await judge(world, asked, answer))._unsafeUnwrap().claims).toEqual({ ageOver18: true })
    expect(answer).not.toContain('1990')
  })

  it('carries Dzongkha script unharmed', async () => {
    const asked = ask(['fullNameDzongkha'])
    const seen = (await judge(world, asked, await present(world, asked)))._unsafeUnwrap()
    expect(seen.claims).toEqual({ fullNameDzongkha: 'ཀརྨ་རྡོ་རྗེ' })
  })

  it('more than was asked for is refused, and how much it was is all that is told', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present(world, asked, { show: ['dzongkhag', 'cid', 'gewog'] })
    expect(await failure(asked, answer)).toEqual({ code: 'presentation.too-much', detail: { count: 2 } })
  })

  it('less than was asked for is named', async () => {
    const asked = ask(['dzongkhag', 'gewog'])
    const answer = await present(world, asked, { show: ['dzongkhag'] })
    expect(await failure(asked, answer)).toEqual({
      code: 'presentation.claim-missing',
      detail: { claim: 'gewog' },
    })
  })

  it('an answer to another nonce, another audience or of another hour is not an answer', async () => {
    const asked = ask(['dzongkhag'])
    const reason = async (wish: Wish) => await failure(asked, await present(world, asked, wish))
    const code = 'presentation.wrong-nonce'
    expect(await reason({ nonce: ask(['cid']).nonce })).toEqual({ code, detail: { reason: 'nonce' } })
    expect(await reason({ audience: 'redirect_uri:btkiosk:present:1:r2' })).toEqual({
      code,
      detail: { reason: 'audience' },
    })
    expect(await reason({ at: noon - 3_600_000 })).toEqual({ code, detail: { reason: 'stale' } })
    expect(await reason({ at: noon + 3_600_000 })).toEqual({ code, detail: { reason: 'stale' } })
  })

  it('an answer to an earlier request, or one that comes too late, is not an answer', async () => {
    const first = ask(['dzongkhag'], noon, 'first')
    const second = ask(['dzongkhag'], noon, 'second')
    const answer = await present(world, first)
    expect(await failure(second, answer)).toEqual({ code: 'presentation.earlier-answer' })
    expect(await failure(first, answer, { now: noon + 300_001 })).toMatchObject({
      code: 'presentation.wrong-nonce',
      detail: { reason: 'late' },
    })
  })

  it('a holder that signs with another key than the credential is bound to is a stranger', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present(world, asked, { key: other.holder })
    expect((await failure(asked, answer)).code).toBe('presentation.holder-mismatch')
  })

  it('an issuer that nobody trusts is not believed', async () => {
    const asked = ask(['dzongkhag'])
    const stranger = await generateIssuerKey()
    const answer = await present(world, asked)
    expect(await failure(asked, answer, { trusted: [stranger.did] })).toEqual({
      code: 'presentation.issuer-unknown',
    })
    expect(await failure(asked, answer, { trusted: [] })).toEqual({ code: 'presentation.issuer-unknown' })
  })

  it('a credential outside of its dates is over, or not yet', async () => {
    const year = 365 * 86_400_000
    const late = ask(['dzongkhag'], noon + 6 * year)
    const over = await present(world, late, { at: noon + 6 * year })
    expect(await failure(late, over, { now: noon + 6 * year })).toEqual({
      code: 'presentation.expired',
      detail: { reason: 'over' },
    })
    const early = ask(['dzongkhag'], noon - year)
    const notYet = await present(world, early, { at: noon - year })
    expect(await failure(early, notYet, { now: noon - year })).toEqual({
      code: 'presentation.expired',
      detail: { reason: 'not-yet' },
    })
  })

  it('a revoked credential is refused, by the list that is kept here; a good one tells the age of the list', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present(world, asked)
    const validFrom = new Date(noon - 36 * 3_600_000)
    const bad = await listsOf(world.issuer, [42], validFrom)
    expect(await failure(asked, answer, { lists: bad })).toEqual({ code: 'presentation.revoked' })
    const good = await listsOf(world.issuer, [41, 43], validFrom)
    expect((await judge(world, asked, answer, { lists: good }))._unsafeUnwrap().statusAgeDays).toBe(1.5)
  })

  it('without a list nobody knows what was withdrawn: it is not believed', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present(world, asked)
    expect(await failure(asked, answer, { lists: new Map() })).toEqual({
      code: 'presentation.status-missing',
    })
  })

  it('a status list of a stranger, with a broken signature, or too old is not relied on', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present(world, asked)
    const code = 'presentation.status-old'
    const made = (issuerKey: World['issuer'], days: number, revoked: number[] = []) =>
      listsOf(issuerKey, revoked, new Date(noon - days * 86_400_000))
    const judged = (lists: Map<string, unknown>, oldestStatusDays = 30) =>
      judge(world, asked, answer, { lists, oldestStatusDays })
    const reason = async (lists: Map<string, unknown>) => (await judged(lists))._unsafeUnwrapErr()
    const unsound = { code, detail: { reason: 'unsound' } }
    expect(await reason(await made(await generateIssuerKey(), 0))).toEqual(unsound)
    const [one, other] = [await made(world.issuer, 0), await made(world.issuer, 0, [7])]
    expect(await reason(mixedLists(one, other))).toEqual(unsound)
    expect(await reason(await made(world.issuer, 31))).toEqual({ code, detail: { reason: 'old', days: 31 } })
    expect((await judged(await made(world.issuer, 31), 40))._unsafeUnwrap().statusAgeDays).toBe(31)
    // What was withdrawn stays so, however old the list.
    expect(await reason(await made(world.issuer, 31, [42]))).toEqual({ code: 'presentation.revoked' })
  })

  it('claims of two citizens do not mix', async () => {
    const asked = ask(['dzongkhag'])
    const answer = await present({ ...world, ldp: other.ldp, sdJwt: other.sdJwt }, asked)
    expect((await failure(asked, answer)).code).toBe('presentation.holder-mismatch')
  })
})

/** The bits of one list under the signature of the other. */
function mixedLists(one: Map<string, unknown>, other: Map<string, unknown>): Map<string, unknown> {
  return new Map(
    [...one].map(([url, list]) => {
      const foreign = other.get(url)
      if (typeof list !== 'string' || typeof foreign !== 'string')
        return [url, { ...Object(list), credentialSubject: Object(foreign)['credentialSubject'] }]
      const [head, , tail] = list.split('.')
      return [url, [head, foreign.split('.')[1], tail].join('.')]
    }),
  )
}
