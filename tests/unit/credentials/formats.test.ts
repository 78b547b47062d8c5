/** Every format that the Foundational ID comes in: issued, shown, believed; and what is refused of each. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite as rdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateBlsKey } from '../../../main/credentials/bls.ts'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { documentLoader } from '../../../main/credentials/document-loader.ts'
import { generateEd25519Key } from '../../../main/credentials/ed25519.ts'
import { foundationalId } from '../../../main/credentials/foundational-id.ts'
import { issueCredential, type IssuingKeys } from '../../../main/credentials/issue.ts'
import { issuedClaims, toInstant } from '../../../main/credentials/issued-claims.ts'
import { dataIntegritySigner, generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import type { AskedPresentation } from '../../../main/credentials/presentation-request.ts'
import { trustDids, type TrustedIssuers } from '../../../main/credentials/trusted-issuers.ts'
import { verifyPresentation } from '../../../main/credentials/verify-presentation.ts'
import type { CredentialFormat } from '../../../main/credentials/z-credential-type.ts'
import { zClaimName, type ClaimName } from '../../../main/credentials/z-foundational.ts'
import { documentsOf, makeDocuments, type Documents } from '../../../sync/issuer/document-signer.ts'
import { presentMdoc } from './mdoc-wallet.ts'
import {
  answerWith,
  ask,
  claims,
  createWorld,
  listUrl,
  listsOf,
  noon,
  portrait,
  presentSdJwt,
} from './wallet.ts'

interface Keys extends IssuingKeys {
  documents: Documents
}
interface Issued {
  keys: Keys
  holder: IssuerKey
  /** to each format the credential */
  of: Map<CredentialFormat, object | string>
}

const validFrom = new Date('2026-01-01T00:00:00Z')
const validUntil = new Date('2027-01-01T00:00:00Z')
const status = { listUrl, index: 42 }
const few = issuedClaims(claims, validFrom)

async function newKeys(): Promise<Keys> {
  return {
    signing: await generateIssuerKey(),
    ed25519: generateEd25519Key(),
    bls: await generateBlsKey(),
    documents: documentsOf(await makeDocuments(undefined, validFrom.getTime())),
  }
}

async function issueAll(keys: Keys, holder: IssuerKey, given = few): Promise<Issued> {
  const of = new Map<CredentialFormat, object | string>()
  for (const format of foundationalId.formats) {
    const content = { type: foundationalId, claims: given, holder: { jwk: holder.publicJwk }, status }
    const issued = await issueCredential({ ...content, format, issuer: keys, validFrom, validUntil })
    of.set(format, issued._unsafeUnwrap())
  }
  return { keys, holder, of }
}

let good: Issued
let other: Issued
let nothingRevoked: ReadonlyMap<string, unknown>
beforeAll(async () => {
  good = await issueAll(await newKeys(), await generateIssuerKey())
  other = await issueAll(await newKeys(), good.holder)
  nothingRevoked = await listsOf(good.keys.signing, [], new Date(noon))
}, 60_000)

const didsOf = ({ signing, ed25519, bls }: IssuingKeys) => [signing.did, ed25519.did, bls.did]
/** eddsa-rdfc-2022 shows all or nothing, the others what is picked. */
const shownOf = (format: CredentialFormat): ClaimName[] =>
  format === 'eddsa-rdfc-2022'
    ? zClaimName.options.filter((name) => few[name] !== undefined)
    : ['dzongkhag', 'ageOver18']

interface Show {
  from?: Issued
  by?: IssuerKey
  /** shows what was issued, not what is derived from it */
  base?: boolean
}

async function signed(credential: object, asked: AskedPresentation, by: IssuerKey): Promise<object> {
  const presentation = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    verifiableCredential: [credential],
  }
  const signer = dataIntegritySigner(by)
  const date = toInstant(new Date(asked.created))
  const suite = new DataIntegrityProof({ signer, date, cryptosuite: rdfc })
  const { nonce: challenge, clientId: domain } = asked
  return vc.signPresentation({ presentation, suite, challenge, domain, documentLoader })
}

async function answerOf(format: CredentialFormat, asked: AskedPresentation, show: Show = {}) {
  const { from = good, by = from.holder, base = false } = show
  const credential = from.of.get(format)
  if (format === 'dc+sd-jwt') {
    const world = { ...(await createWorld()), holder: by, sdJwt: String(credential) }
    return answerWith(asked, { sd: [await presentSdJwt(world, asked, { key: by, at: asked.created })] })
  }
  if (format === 'mso_mdoc')
    return answerWith(asked, { md: [await presentMdoc(String(credential), by, asked)] })
  const whole = base || format === 'eddsa-rdfc-2022'
  const shown = whole ? Object(credential) : await deriveCredential(Object(credential), asked.claims)
  return answerWith(asked, { ld: [await signed(shown, asked, by)] })
}

interface Judge {
  now?: number
  trusted?: string[]
  lists?: ReadonlyMap<string, unknown>
}

/** All of them are names of the same issuer, as a trust list says it. */
function oneIssuer(dids: readonly string[]): TrustedIssuers {
  const [did = ''] = dids
  const roots = did === good.keys.signing.did ? [{ did, certificate: good.keys.documents.root }] : []
  return { ...trustDids(dids, roots), isSame: (one, other) => dids.includes(one) && dids.includes(other) }
}

async function verdict(format: CredentialFormat, show: Show = {}, judge: Judge = {}) {
  const { now = noon, trusted = didsOf(good.keys), lists = nothingRevoked } = judge
  const asked = ask(shownOf(format), now)
  const result = await verifyPresentation({
    answer: await answerOf(format, asked, show),
    ...{ asked, trustedIssuers: oneIssuer(trusted), statusList: (url: string) => lists.get(url) },
    ...{ oldestStatusDays: 30, clock: { now: () => now } },
  })
  return result.match(
    ({ claims: shown }) => Object.keys(shown).sort().join(),
    ({ code, detail }) => [code, detail?.['reason'] ?? detail?.['part']].filter(Boolean).join(' '),
  )
}

const ldp: CredentialFormat[] = ['ecdsa-sd-2023', 'eddsa-rdfc-2022', 'bbs-2023']
const all: CredentialFormat[] = ['dc+sd-jwt', 'mso_mdoc', ...ldp]

describe.each(all)('%s', (format) => {
  it('shows what was asked for, and is believed', async () => {
    expect(await verdict(format)).toBe(shownOf(format).sort().join())
  })

  it.each<[string, Judge, string]>([
    ['expired', { now: Date.parse('2027-01-02T00:00:00Z') }, 'presentation.expired over'],
    ['not yet valid', { now: Date.parse('2025-12-31T00:00:00Z') }, 'presentation.expired not-yet'],
    ['of an issuer that nobody knows', { trusted: ['did:key:zDnother'] }, 'presentation.issuer-unknown'],
  ])('is refused when %s', async (_name, judge, code) => {
    expect(await verdict(format, {}, judge)).toBe(code)
  })

  it('is refused from a phone that it was not issued to', async () => {
    expect(await verdict(format, { by: await generateIssuerKey() })).toMatch('presentation.holder-mismatch')
  })

  it('is refused when the issuer revoked it, under whichever of its names', async () => {
    const lists = (revoked: number[]) => listsOf(good.keys.signing, revoked, new Date(noon))
    expect(await verdict(format, {}, { lists: await lists([42]) })).toBe('presentation.revoked')
    expect(await verdict(format, {}, { lists: await lists([41]) })).toBe(shownOf(format).sort().join())
  })

  it('is refused when another issuer signed it', async () => {
    expect(await verdict(format, { from: other }, { trusted: didsOf(good.keys) })).toBe(
      'presentation.issuer-unknown',
    )
  })
})

type Bend = (credential: Record<string, unknown>) => object
const within =
  (part: string, change: object): Bend =>
  (credential) => ({ ...credential, [part]: { ...Object(credential[part]), ...change } })

describe.each(ldp)('%s, bent', (format) => {
  it.each<[string, Bend, string]>([
    ['a claim changed', within('credentialSubject', { dzongkhag: 'Paro' }), 'presentation.bad-signature'],
    ['a claim added', within('credentialSubject', { village: 'Haa' }), 'presentation.bad-signature'],
    ['another end', (one) => ({ ...one, validUntil: '2099-01-01T00:00:00Z' }), 'presentation.bad-signature'],
    [
      'the proof of another credential',
      (one) => ({ ...one, proof: { ...Object(one['proof']), proofValue: 'u2V0DhVhQ' } }),
      'presentation.bad-signature',
    ],
    [
      'its status taken off',
      ({ credentialStatus: _status, ...one }) => one,
      'presentation.unreadable presentation',
    ],
    [
      'a context that is not bundled',
      (one) => ({ ...one, '@context': ['https://www.w3.org/ns/credentials/v2', 'https://example.org/v1'] }),
      'presentation.unreadable presentation',
    ],
  ])('%s', async (_name, change, code) => {
    const asked = ask(shownOf(format))
    const credential = Object(good.of.get(format))
    const shown = format === 'eddsa-rdfc-2022' ? credential : await deriveCredential(credential, asked.claims)
    const bent = change(Object(shown))
    // What is refused for its context could not be signed by a wallet with our loader either: the sound one's proof goes with it.
    const presentation = await signed(
      code.startsWith('presentation.unreadable') ? shown : bent,
      asked,
      good.holder,
    )
    const answer = answerWith(asked, { ld: [{ ...presentation, verifiableCredential: [bent] }] })
    const result = await verifyPresentation({
      ...{ answer, asked, trustedIssuers: trustDids(didsOf(good.keys)), statusList: () => undefined },
      ...{ oldestStatusDays: 30, clock: { now: () => noon } },
    })
    const { code: said, detail } = result._unsafeUnwrapErr()
    expect([said, detail?.['part']].filter(Boolean).join(' ')).toBe(code)
  })
})

it.each(['ecdsa-sd-2023', 'bbs-2023'] as const)(
  'a base proof of %s is for the holder alone',
  async (format) => {
    expect(await verdict(format, { base: true })).toBe('presentation.bad-signature')
  },
)

describe('bbs-2023', () => {
  it('gives two verifiers nothing of the proof in common; ecdsa-sd-2023 the same signature', async () => {
    const proofs = async (format: CredentialFormat) => {
      const credential = Object(good.of.get(format))
      const derived = await Promise.all([1, 2].map(() => deriveCredential(credential, ['dzongkhag'])))
      return derived.map(({ proof }) => Buffer.from(proof.proofValue.slice(1), 'base64url'))
    }
    const inCommon = ([a = Buffer.alloc(0), b = Buffer.alloc(0)]: Buffer[]) => {
      for (let at = 0; at + 32 <= a.length; at += 1) if (b.includes(a.subarray(at, at + 32))) return true
      return false
    }
    // Past the header, the label map and the places, which tell only what is shown.
    expect(inCommon((await proofs('bbs-2023')).map((bytes) => bytes.subarray(0, 300)))).toBe(false)
    expect(inCommon(await proofs('ecdsa-sd-2023'))).toBe(true)
  })
})

describe('the type decides', () => {
  it.each(foundationalId.formats)('%s is not issued where the type does not come in it', async (format) => {
    const type = { ...foundationalId, formats: foundationalId.formats.filter((one) => one !== format) }
    const issued = await issueCredential({
      ...{ type, format, issuer: good.keys, claims: few, holder: { jwk: good.holder.publicJwk } },
      ...{ status, validFrom, validUntil },
    })
    expect(issued._unsafeUnwrapErr()).toEqual({ code: 'format-not-offered', offered: type.formats })
  })

  it.each([
    [{ shoeSize: '42' }, ['shoeSize']],
    [{ dateOfBirth: 'in spring' }, ['dateOfBirth']],
    [{ ageOver18: 'yes', portrait: '!' }, ['portrait', 'ageOver18']],
  ])('%j is no claim of it', async (wrong, names) => {
    const issued = await issueCredential({
      ...{ type: foundationalId, format: 'dc+sd-jwt', issuer: good.keys, claims: { ...few, ...wrong } },
      ...{ holder: { jwk: good.holder.publicJwk }, status, validFrom, validUntil },
    })
    expect(issued._unsafeUnwrapErr()).toEqual({ code: 'claims-not-of-type', names })
  })

  it('has no room for a portrait in a presentation that did not ask for one', async () => {
    const withFace = await issueAll(good.keys, good.holder, issuedClaims({ ...claims, portrait }, validFrom))
    for (const format of ['dc+sd-jwt', 'mso_mdoc', 'ecdsa-sd-2023', 'bbs-2023'] as const) {
      const answer = await answerOf(format, ask(['dzongkhag']), { from: withFace })
      expect(answer.length).toBeLessThan(portrait.length * 2)
      expect(await verdict(format, { from: withFace })).toBe('ageOver18,dzongkhag')
    }
  }, 30_000)
})
