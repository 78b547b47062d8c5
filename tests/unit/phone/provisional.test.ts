/** The phone keeps a kiosk's provisional ID only where the issuer let this kiosk make it. */
import { describe, expect, it } from 'vitest'
import { issueDelegation, readDelegation, type Delegation } from '../../../main/credentials/delegation.ts'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { issueProvisional } from '../../../main/credentials/provisional.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import { foundationalVct } from '../../../main/credentials/z-foundational.ts'
import { withId } from '../../../renderer/phone/keep/with-id.ts'
import { emptyWallet, type KeptId } from '../../../renderer/phone/keep/z-wallet.ts'
import { checkCredential } from '../../../renderer/phone/protocol/check-credential.ts'
import { createHolderKeys, holderOf } from '../../../renderer/phone/protocol/holder.ts'
import { claims, createWorld, listUrl, noon } from '../credentials/wallet.ts'

const day = 86_400
const now = noon / 1000
const world = await createWorld()
const kiosk = await generateIssuerKey()
const holder = await holderOf(await createHolderKeys())

interface Made {
  delegation?: Partial<Omit<Delegation, 'iss' | 'vct'>>
  by?: IssuerKey
  kioskKey?: IssuerKey
  number?: number
  office?: string
}
async function checked({ delegation, by = world.issuer, kioskKey = kiosk, number = 3, office }: Made = {}) {
  const content = {
    ...{ sub: kiosk.did, office: 'Gasa', types: [foundationalVct], most: 20, days: 14 },
    ...{ nbf: now - 10 * day, exp: now + 100 * day },
    credentialStatus: { list: listUrl, index: 77 },
    places: { list: listUrl, first: 400 },
    ...delegation,
  }
  const delegationJwt = await issueDelegation(content, by)
  const read = (await readDelegation(delegationJwt, trustDids([by.did])))._unsafeUnwrap()
  const sdJwt = await issueProvisional({
    ...{ claims, holder: holder.jwk, kioskKey, delegationJwt, number },
    delegation: { ...read, office: office ?? read.office },
    validFrom: new Date(noon - 60_000),
    validUntil: new Date(noon - 60_000 + 14 * day * 1000),
  })
  const result = await checkCredential(sdJwt, { holder, issuers: [world.issuer.did], now: noon })
  return result.match(
    ({ issuer, provisional }) => ({ issuer, provisional }),
    ({ code }) => code,
  )
}

describe('a provisional ID', () => {
  it('is known as such, and as the word of the issuer who delegated', async () => {
    expect(await checked()).toEqual({ issuer: world.issuer.did, provisional: true })
  })
  it.each<[string, Made | (() => Promise<Made>), string]>([
    [
      'of a kiosk that was not delegated',
      async () => ({ kioskKey: await generateIssuerKey() }),
      'credential.forged',
    ],
    [
      'under a delegation of somebody unknown',
      async () => ({ by: await generateIssuerKey() }),
      'issuer.unknown',
    ],
    ['of another office', { office: 'Haa' }, 'credential.forged'],
    ['over the count', { number: 20 }, 'credential.forged'],
    ['of another type', { delegation: { types: ['https://example.org/licence'] } }, 'credential.forged'],
    ['under a delegation that is over', { delegation: { exp: now - 1 } }, 'credential.forged'],
    ['that outlives its delegation', { delegation: { exp: now + day } }, 'credential.forged'],
    ['that lives longer than it may', { delegation: { days: 7 } }, 'credential.forged'],
    ['under a delegation that has not begun', { delegation: { nbf: now + day } }, 'credential.forged'],
  ])('%s is refused', async (_what, made, code) => {
    expect(await checked(typeof made === 'function' ? await made() : made)).toBe(code)
  })
})

describe('what is here when another ID comes', () => {
  const kept = (id: string, provisional: boolean): KeptId => ({
    id,
    sdJwt: id,
    issuer: 'did:key:z',
    provisional,
    received: noon,
  })
  const names: Record<string, { type: string; person: string; until: number }> = {
    own: { type: 't', person: 'karma', until: noon + day },
    over: { type: 't', person: 'karma', until: noon - day },
    slip: { type: 't', person: 'karma', until: noon + day },
    pema: { type: 't', person: 'pema', until: noon + day },
  }
  const after = (before: KeptId[], added: KeptId) =>
    withId(
      { ...emptyWallet(), ids: before },
      added,
      ({ id }) => names[id] ?? { type: '', person: '', until: 0 },
    ).ids.map(({ id }) => id)
  it('gives way to the newer one of the same person, and to nobody else', () => {
    expect(after([kept('slip', true), kept('pema', false)], kept('own', false))).toEqual(['own', 'pema'])
    expect(after([kept('own', false), kept('pema', false)], kept('slip', true))).toEqual([
      'slip',
      'own',
      'pema',
    ])
    expect(after([kept('over', false)], kept('slip', true))).toEqual(['slip'])
  })
})
