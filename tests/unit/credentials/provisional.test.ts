/** A provisional credential is as good as the chain from the kiosk to the issuer; each way in which it can be broken. */
import { beforeAll, describe, expect, it, test } from 'vitest'
import { issueDelegation, readDelegation, type Delegation } from '../../../main/credentials/delegation.ts'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { issueProvisional } from '../../../main/credentials/provisional.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import { foundationalVct } from '../../../main/credentials/z-foundational.ts'
import {
  answerWith,
  ask,
  claims,
  createWorld,
  judge,
  listUrl,
  listsOf,
  noon,
  presentSdJwt,
  type World,
} from './wallet.ts'

const provisionalList = 'http://127.0.0.1:4000/status/provisional'
const day = 86_400
const now = noon / 1000
let world: World
let kiosk: IssuerKey
beforeAll(async () => {
  world = await createWorld()
  kiosk = await generateIssuerKey()
})

type Content = Omit<Delegation, 'iss' | 'vct'>
const content = (): Content => ({
  ...{ sub: kiosk.did, office: 'Gasa', types: [foundationalVct], most: 20, days: 14 },
  ...{ nbf: now - 10 * day, exp: now + 100 * day },
  credentialStatus: { list: listUrl, index: 77 },
  places: { list: provisionalList, first: 400 },
})

interface Made {
  delegation?: Partial<Content>
  by?: IssuerKey
  kioskKey?: IssuerKey
  /** what the credential itself says */
  number?: number
  office?: string
  first?: number
  days?: number
  from?: number
}

async function provisional(made: Made = {}): Promise<string> {
  const given = { ...content(), ...made.delegation }
  const jwt = await issueDelegation(given, made.by ?? world.issuer)
  const read = (await readDelegation(jwt, trustDids([(made.by ?? world.issuer).did])))._unsafeUnwrap()
  const from = made.from ?? now - 60
  return issueProvisional({
    ...{ claims, holder: world.holder.publicJwk, kioskKey: made.kioskKey ?? kiosk, delegationJwt: jwt },
    delegation: {
      ...read,
      office: made.office ?? read.office,
      places: { ...read.places, first: made.first ?? read.places.first },
    },
    number: made.number ?? 3,
    ...{ validFrom: new Date(from * 1000), validUntil: new Date((from + (made.days ?? 14) * day) * 1000) },
  })
}

const lists = async (revoked: { own?: number[]; delegations?: number[] } = {}) => {
  const at = new Date(noon - 3_600_000)
  return new Map<string, unknown>([
    ...(await listsOf(world.issuer, revoked.delegations ?? [], at)),
    ...(await listsOf(world.issuer, revoked.own ?? [], at, provisionalList)),
  ])
}

async function verdict(sdJwt: string, judging: Parameters<typeof judge>[3] = {}) {
  const asked = ask(['ageOver18'], judging.now)
  const answer = answerWith(asked, {
    sd: [await presentSdJwt({ ...world, sdJwt }, asked, { at: judging.now ?? noon })],
  })
  const result = await judge(world, asked, answer, { lists: await lists(), ...judging })
  return result.match(
    ({ claims: shown, provisional: of }) => `${Object.keys(shown).join()} ${of?.office}`,
    ({ code, detail }) => [code, detail?.['reason']].filter(Boolean).join(' '),
  )
}

test('what a kiosk handed out is believed for whom it was delegated to, and says that it is provisional', async () => {
  const asked = ask(['ageOver18'])
  const answer = answerWith(asked, {
    sd: [await presentSdJwt({ ...world, sdJwt: await provisional() }, asked)],
  })
  const seen = (await judge(world, asked, answer, { lists: await lists() }))._unsafeUnwrap()
  expect(seen).toMatchObject({
    claims: { ageOver18: true },
    issuer: world.issuer.did,
    holder: world.holder.did,
  })
  expect(seen.provisional).toEqual({ office: 'Gasa', until: now - 60 + 14 * day })
  // One code holds it: a phone without a network can show it.
  expect(answer.length).toBeLessThan(2_953)
})

describe('is refused', () => {
  const not = 'presentation.not-delegated'
  it.each<[string, Made, string]>([
    [
      'a delegation that is over',
      { delegation: { exp: now - day, nbf: now - 90 * day }, from: now - 20 * day },
      'expired',
    ],
    ['made before it began', { from: now - 11 * day }, 'early'],
    ['it outlives the delegation', { delegation: { exp: now + day } }, 'outlives'],
    ['it lives for longer than it may', { days: 15 }, 'days'],
    ['another office', { office: 'Paro' }, 'office'],
    ['another type', { delegation: { types: ['https://w3id.org/bhutan-id/driving-licence'] } }, 'type'],
    ['over its count', { number: 20 }, 'count'],
    ['the place of another', { first: 401 }, 'place'],
  ])('%s', async (_why, made, reason) => {
    const expected =
      reason === 'expired' ? [`${not} expired`, 'presentation.expired over'] : [`${not} ${reason}`]
    expect(expected).toContain(await verdict(await provisional(made)))
  })

  it('another kiosk with the same delegation', async () => {
    expect(await verdict(await provisional({ kioskKey: await generateIssuerKey() }))).toBe(`${not} kiosk`)
  })

  it('a delegation of somebody whom nobody believes, or one that was changed', async () => {
    const stranger = await generateIssuerKey()
    expect(await verdict(await provisional({ by: stranger }))).toBe('presentation.issuer-unknown')
    const sound = await issueDelegation(content(), world.issuer)
    const [head, , tail] = (await issueDelegation({ ...content(), most: 1_000 }, world.issuer)).split('.')
    const bent = [head, sound.split('.')[1], tail].join('.')
    const read = await readDelegation(bent, trustDids([world.issuer.did]))
    expect(read._unsafeUnwrapErr()).toMatchObject({ code: not, detail: { reason: 'signature' } })
    for (const nonsense of ['', 'a.b.c', `${sound}x`.repeat(9)]) {
      const none = await readDelegation(nonsense, trustDids([world.issuer.did]))
      expect(none._unsafeUnwrapErr()).toMatchObject({ detail: { reason: 'unreadable' } })
    }
  })

  it('a kiosk that was stolen, from the list on that says so', async () => {
    const sdJwt = await provisional()
    expect(await verdict(sdJwt, { lists: await lists({ delegations: [76] }) })).toBe('ageOver18 Gasa')
    expect(await verdict(sdJwt, { lists: await lists({ delegations: [77] }) })).toBe(`${not} revoked`)
  })

  it('when the real one has taken its place', async () => {
    expect(await verdict(await provisional(), { lists: await lists({ own: [403] }) })).toBe(
      'presentation.revoked',
    )
  })

  it('when its days are over, or no list is here', async () => {
    const late = noon + 15 * day * 1000
    expect(await verdict(await provisional(), { now: late })).toBe('presentation.expired over')
    expect(await verdict(await provisional(), { lists: world.lists })).toBe('presentation.status-missing')
  })
})

test('a credential of the issuer cannot borrow a delegation, nor a kiosk go without one', async () => {
  const [jwt = '', ...rest] = (await provisional()).split('~')
  const payload: object = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
  const without = Buffer.from(JSON.stringify({ ...payload, delegation: undefined })).toString('base64url')
  const bent = [[jwt.split('.')[0], without, jwt.split('.')[2]].join('.'), ...rest].join('~')
  expect(await verdict(bent)).toBe('presentation.issuer-unknown')
})
