/** Asking once, believing once: what the service adds to the verifier. Credentials and phone are real ones. */
import { randomBytes } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { err, type Result } from 'neverthrow'
import type { Failure } from '../../../main/api/answer.ts'
import { zPurpose, type PresentationRequest, type Purpose } from '../../../main/api/z-citizen.ts'
import type { AskedPresentation } from '../../../main/credentials/presentation-request.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import type { ClaimName } from '../../../main/credentials/z-foundational.ts'
import {
  claimsFor,
  createPresentationService,
  type PresentationRoom,
} from '../../../main/presentation/presentation-service.ts'
import {
  answerWith,
  createWorld,
  listsOf,
  noon,
  presentLdp,
  presentSdJwt,
  type World,
} from '../credentials/wallet.ts'

let world: World
let now: number
let lists: Map<string, unknown>
let trusted: string[] | undefined
let recorded: string[]
let service: PresentationRoom
const session = { id: 'window', staff: undefined }

beforeAll(async () => {
  world = await createWorld()
})
beforeEach(() => {
  now = noon
  lists = new Map(world.lists)
  recorded = []
  trusted = [world.issuer.did]
  service = createPresentationService({
    office: () => 'Thimphu Thromde',
    trustedIssuers: async () => trusted && trustDids(trusted),
    statusLists: async () => lists,
    clock: { now: () => now },
    oldestStatusDays: 30,
    random: randomBytes,
    online: { ask: async () => err({ code: 'link.down' }), collect: async () => err({ code: 'link.down' }) },
    audit: {
      record: async (event: string, facts?: object) =>
        void recorded.push(`${event} ${JSON.stringify(facts ?? {})}`),
      verify: async () => ({ whole: true, lines: 0 }),
      close: async () => undefined,
    },
  })
})

const codeOf = (result: Result<unknown, Failure>) => (result.isErr() ? result.error.code : 'ok')
const request = async (purpose: Purpose) => (await service.request(session, purpose, 'code'))._unsafeUnwrap()

/** What a wallet reads from the QR, and nothing that the kiosk keeps for itself. */
function asWalletReads({ id, qr, claims, expires }: PresentationRequest): AskedPresentation {
  const query = new URLSearchParams(qr.slice(qr.indexOf('?')))
  const clientId = query.get('client_id') ?? ''
  return {
    ...{
      id,
      text: qr,
      clientId,
      nonce: query.get('nonce') ?? '',
      created: noon,
      expires: Date.parse(expires),
    },
    redirectUri: clientId.replace('redirect_uri:', ''),
    claims: claims as ClaimName[],
  }
}
const bySdJwt = async (asked: AskedPresentation) =>
  answerWith(asked, { sd: [await presentSdJwt(world, asked)] })
const byLdp = async (asked: AskedPresentation) => answerWith(asked, { ld: [await presentLdp(world, asked)] })

describe.each([
  ['dc+sd-jwt', bySdJwt],
  ['ldp_vc', byLdp],
] as const)('%s', (format, present) => {
  test.each(zPurpose.options)('%s reveals what it is for and nothing else', async (purpose) => {
    const asked = await request(purpose)
    expect(asked.claims).toEqual(claimsFor[purpose])
    const answer = await present(asWalletReads(asked))
    // What the screen may hand to the host (`zCodeText`).
    expect(answer.length).toBeLessThan(6_000)
    const seen = (await service.verify(session, asked.id, answer))._unsafeUnwrap()
    expect(seen.claims.map(({ name }) => name).toSorted()).toEqual([...claimsFor[purpose]].toSorted())
    expect(seen).toMatchObject({ format, issuer: world.issuer.did })
    expect(recorded.join()).not.toMatch(/Karma|11503001234|Chang/)
  })

  test('is good once, also when it comes twice at the same moment', async () => {
    const asked = await request('prove-adult')
    const answer = await present(asWalletReads(asked))
    const both = await Promise.all([1, 2].map(() => service.verify(session, asked.id, answer)))
    expect(both.map(codeOf).toSorted()).toEqual(['ok', 'presentation.wrong-nonce'])
    expect(codeOf(await service.verify(session, asked.id, answer))).toBe('presentation.wrong-nonce')
  })

  test('is too late after five minutes', async () => {
    const asked = await request('prove-adult')
    expect(Date.parse(asked.expires) - noon).toBe(300_000)
    const answer = await present(asWalletReads(asked))
    now += 300_001
    expect(codeOf(await service.verify(session, asked.id, answer))).toBe('presentation.wrong-nonce')
  })

  test('is no answer to another question', async () => {
    const [one, two] = [await request('prove-adult'), await request('prove-adult')]
    const answer = await present(asWalletReads(one))
    expect(codeOf(await service.verify(session, two.id, answer))).toBe('presentation.earlier-answer')
    // Held up by mistake, it has not used up the question.
    const right = await present(asWalletReads(two))
    expect(codeOf(await service.verify(session, two.id, right))).toBe('ok')
  })

  test('is revoked by a list from the disk, whose age is told', async () => {
    const made = new Date(noon - 2 * 86_400_000)
    const withdrawn = async (revoked: number[]) => (lists = await listsOf(world.issuer, revoked, made))
    await withdrawn([])
    let asked = await request('prove-adult')
    const good = await service.verify(session, asked.id, await present(asWalletReads(asked)))
    expect(good._unsafeUnwrap().statusAgeDays).toBeCloseTo(2)
    await withdrawn([42])
    asked = await request('prove-adult')
    const bad = await service.verify(session, asked.id, await present(asWalletReads(asked)))
    expect(codeOf(bad)).toBe('presentation.revoked')
  })
})

test('another window cannot answer, and a citizen who left is not answered for', async () => {
  const asked = await request('identify')
  const answer = await bySdJwt(asWalletReads(asked))
  expect(codeOf(await service.verify({ ...session, id: 'b' }, asked.id, answer))).toBe(
    'presentation.wrong-nonce',
  )
  service.forget(session.id)
  expect(codeOf(await service.verify(session, asked.id, answer))).toBe('presentation.wrong-nonce')
})

test('something else before the camera does not use up the question', async () => {
  const asked = await request('prove-adult')
  for (const text of ['https://example.org', 'x'.repeat(3_000), 'btkiosk:slip:1:x']) {
    expect(codeOf(await service.verify(session, asked.id, text))).toBe('presentation.unreadable')
  }
  const answer = await bySdJwt(asWalletReads(asked))
  expect(codeOf(await service.verify(session, asked.id, answer))).toBe('ok')
})

test('an issuer that is not in the trust list is not believed, and nobody is asked before the commissioning', async () => {
  const asked = await request('prove-adult')
  trusted = ['did:key:zDnSomebodyElse']
  const answer = await bySdJwt(asWalletReads(asked))
  expect(codeOf(await service.verify(session, asked.id, answer))).toBe('presentation.issuer-unknown')
  trusted = undefined
  expect(codeOf(await service.request(session, 'prove-adult', 'code'))).toBe('kiosk.not-commissioned')
})
