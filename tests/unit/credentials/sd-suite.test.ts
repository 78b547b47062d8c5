/** The product's ecdsa-sd-2023 beside the library called naively: the same verdict, whatever it is given. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { foundationalQuads } from '../../../main/credentials/foundational-quads.ts'
import { issueFoundationalLdp } from '../../../main/credentials/issue-ldp.ts'
import { generateIssuerKey } from '../../../main/credentials/keys.ts'
import { derivedCases, type DerivedCase } from '../../fixtures/derived-cases.ts'
import { naiveDerive, naiveIssue, naiveVerify } from '../../fixtures/naive-library.ts'
import { suiteVerdict } from '../../fixtures/suite-verdict.ts'
import { deriveFromTemplates } from '../../../main/credentials/sd-derive.ts'
import { zClaimName } from '../../../main/credentials/z-foundational.ts'
import { claims, createWorld, portrait, type World } from './wallet.ts'

const now = new Date('2026-03-01T06:00:00Z')
let world: World
let cases: DerivedCase[]
beforeAll(async () => {
  world = await createWorld({ claims: { ...claims, portrait } })
  const second = await issueFoundationalLdp({
    ...world.options,
    claims: { ...claims, portrait, gewog: 'Babesa' },
  })
  cases = await derivedCases([world.ldp, second], await generateIssuerKey())
}, 60_000)

const verify = (credential: object) => suiteVerdict(credential, now)

describe('ecdsa-sd-2023', () => {
  it('is judged as the library judges it, good or bent', async () => {
    const verdicts = await Promise.all(
      cases.map(async ({ name, credential }) => ({
        name,
        ours: await verify(credential),
        library: await naiveVerify(credential, now),
      })),
    )
    expect(verdicts.filter(({ ours, library }) => ours !== library)).toEqual([])
    expect(verdicts.filter(({ name, ours }) => ours !== /^(shows|harmless)/.test(name))).toEqual([])
  }, 60_000)

  it('derives what the library derives, bit for bit, or leaves it to the library', async () => {
    const present = [...zClaimName.options]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(present), async (names) => {
        const theirs = await naiveDerive(world.ldp, names)
        expect(await deriveFromTemplates(world.ldp, names)).toEqual(theirs)
      }),
      { numRuns: 25 },
    )
    const { proof, ...rest } = Object(world.ldp)
    const subject = { ...rest.credentialSubject, village: 'a"b' }
    for (const odd of [
      { ...rest, credentialSubject: subject, proof },
      { ...rest, evidence: 'x', proof },
      rest,
    ])
      expect(await deriveFromTemplates(odd, ['cid'])).toBeUndefined()
    const pointed = await naiveIssue(world.options, ['/issuer', '/credentialSubject/cid'])
    expect(await deriveFromTemplates(pointed, ['gewog'])).toBeUndefined()
    const without = await issueFoundationalLdp({ ...world.options, claims })
    expect(await deriveFromTemplates(without, ['portrait'])).toBeUndefined()
    await expect(deriveCredential(without, ['portrait'])).rejects.toThrow()
  }, 60_000)

  it('goes both ways: the library takes what is issued here, and is taken', async () => {
    const ours = await deriveCredential(world.ldp, ['cid', 'ageOver18'])
    const theirs = await deriveCredential(await naiveIssue(world.options), ['cid', 'ageOver18'])
    expect(ours.credentialSubject).toEqual(theirs.credentialSubject)
    for (const credential of [ours, theirs]) {
      expect([await verify(credential), await naiveVerify(credential, now)]).toEqual([true, true])
    }
  })

  it('holds for whatever a citizen may be called', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((value) => value.isWellFormed()),
      fc.constantFrom(
        '_:c14n0',
        '<urn:bnid:_0>',
        '"',
        '\\',
        'a\tb',
        'slot:cid:',
        '\u2028',
        '\u00a0',
        ' ',
        '. <a> <b>',
      ),
    )
    await fc.assert(
      fc.asyncProperty(text, text, async (fullName, village) => {
        const base = await issueFoundationalLdp({
          ...world.options,
          claims: { ...claims, fullName, village },
        })
        const derived = await deriveCredential(base, ['fullName', 'village'])
        expect(await verify(derived)).toBe(await naiveVerify(derived, now))
        const bent = { ...derived, credentialSubject: { ...derived.credentialSubject, fullName: village } }
        expect(await verify(bent)).toBe(fullName === village)
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  it('knows the shape of what is issued, and of nothing that is odd', async () => {
    const { proof: _proof, ...plain } = Object(world.ldp)
    expect(await foundationalQuads(plain, 'b')).toMatchObject({
      claims: { length: 15 },
      mandatory: { length: 11 },
    })
    for (const odd of ['a"b', 'a\\b', 'a\nb', '_:b', 'x'.repeat(401), '']) {
      const subject = { ...plain.credentialSubject, village: odd }
      expect(await foundationalQuads({ ...plain, credentialSubject: subject }, 'b')).toBeUndefined()
    }
  })
})
