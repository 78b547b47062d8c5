/**
 * Which kiosk may hand out provisional credentials, where these have their places in a status list of their own, and what
 * becomes of them when the real ones are there or the kiosk is stolen.
 */
import { randomUUID } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { issueDelegation } from '../../main/credentials/delegation.ts'
import { didKeyFromJwk } from '../../main/credentials/keys.ts'
import { statusListLength } from '../../main/credentials/z-status.ts'
import { foundationalVct } from '../../main/credentials/z-foundational.ts'
import { inTurn } from '../in-turn.ts'
import type { IssuerKeys } from './keys.ts'
import { allOf, type Change, type Records } from './records.ts'
import type { KioskEntry } from './registry.ts'
import type { Revocations } from './revocations.ts'

export interface DelegationPolicy {
  /** how many a kiosk may hand out under one delegation */
  most: number
  /** how long one lives */
  days: number
  /** how long a delegation lives: a kiosk may be without a link for as long */
  delegationDays: number
}
export const defaultPolicy: DelegationPolicy = { most: 50, days: 21, delegationDays: 120 }

export interface Delegations {
  /** What that kiosk may do now; a new one where the last is half used or half over. @returns the signed delegation */
  current(kiosk: KioskEntry): Promise<string>
  /** A kiosk says that it hands this number out for that request, under whichever delegation. @returns whether it may */
  handedOut(kiosk: string, place: { first: number; number: number }, request: string): Promise<boolean>
  /** The real one is there. @returns whether something was revoked now */
  replaced(request: string): Promise<boolean>
  /** The kiosk is in wrong hands: its delegations, and all that it may have handed out under them. */
  withdraw(kiosk: string): Promise<void>
  /** @returns places of the provisional list that are revoked */
  revoked(): Promise<number[]>
}

interface Parts {
  records: Records
  keys: Pick<IssuerKeys, 'credentials'>
  revocations: Pick<Revocations, 'placeOf' | 'revoke'>
  clock: { now(): number }
  statusListUrl: () => string
  provisionalListUrl: () => string
  policy?: DelegationPolicy
}

const zBlock = z.object({
  id: z.string(),
  jwt: z.string(),
  first: z.number().int(),
  most: z.number().int(),
  given: z.number().int(),
  /** s since 1970 */
  from: z.number().int(),
  until: z.number().int(),
})
type Block = z.infer<typeof zBlock>
const zKiosk = z.object({ blocks: z.array(zBlock), withdrawn: z.boolean().default(false) })
const zIndex = z.object({ index: z.number().int() })
const zNext = z.object({ first: z.number().int() })
const daySeconds = 86_400

export function createDelegations(parts: Parts): Delegations {
  const { records, keys, revocations, clock, policy = defaultPolicy } = parts
  const inOrder = inTurn()
  const read = async <T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const found = await records.get(key)
    return found === undefined ? undefined : schema.parse(found)
  }
  const blocksOf = async (kiosk: string) =>
    (await read(`kiosk:${kiosk}`, zKiosk)) ?? { blocks: [], withdrawn: false }
  const revocation = (index: number): Change => ({ key: `revoked:${index}`, value: { index } })

  async function made(kiosk: KioskEntry, now: number): Promise<Block> {
    const next = (await read('next', zNext)) ?? { first: 0 }
    // Old blocks have ended long before their turn comes again.
    const first = next.first + policy.most > statusListLength ? 0 : next.first
    const id = randomUUID()
    const index = await revocations.placeOf(`delegation:${id}`)
    const until = now + policy.delegationDays * daySeconds
    const jwt = await issueDelegation(
      {
        ...{ sub: await didKeyFromJwk(kiosk.jwk), office: kiosk.office, types: [foundationalVct] },
        ...{ most: policy.most, days: policy.days, nbf: now, exp: until },
        credentialStatus: { list: parts.statusListUrl(), index },
        places: { list: parts.provisionalListUrl(), first },
      },
      keys.credentials.current(),
    )
    return { id, jwt, first, most: policy.most, given: 0, from: now, until }
  }

  const isFresh = ({ jwt, given, most, from, until }: Block, now: number) =>
    given * 2 < most && (now - from) * 2 < until - from && isOfKeyNow(jwt)
  /** One that a retired key signed holds until that key is revoked; then the kiosk must have another already. */
  function isOfKeyNow(jwt: string): boolean {
    const { did, keyId } = keys.credentials.current()
    const { kid } = decodeProtectedHeader(jwt)
    return kid === keyId.slice(did.length) && decodeJwt(jwt).iss === did
  }

  return {
    current: (kiosk) =>
      inOrder('blocks', async () => {
        const now = Math.floor(clock.now() / 1000)
        const { blocks, withdrawn } = await blocksOf(kiosk.id)
        const last = blocks.at(-1)
        if (last && (withdrawn || isFresh(last, now))) return last.jwt
        const block = await made(kiosk, now)
        const alive = blocks.filter(({ until }) => until + policy.days * daySeconds > now)
        await records.write([
          { key: `kiosk:${kiosk.id}`, value: { blocks: [...alive, block], withdrawn } },
          { key: 'next', value: { first: block.first + block.most } },
        ])
        return block.jwt
      }),
    handedOut: (kiosk, { first, number }, request) =>
      inOrder('blocks', async () => {
        const known = await blocksOf(kiosk)
        const block = known.blocks.find((one) => one.first === first)
        if (!block || number >= block.most) return false
        const index = block.first + number
        const blocks = known.blocks.map((one) =>
          one === block ? { ...one, given: Math.max(one.given, number + 1) } : one,
        )
        await records.write([
          { key: `kiosk:${kiosk}`, value: { ...known, blocks } },
          { key: `of:${request}:${index}`, value: { index } },
        ])
        return true
      }),
    async replaced(request) {
      const places = (await records.list(`of:${request}:`)).map(({ value }) => zIndex.parse(value).index)
      const fresh: number[] = []
      for (const index of places) {
        if ((await records.get(`revoked:${index}`)) === undefined) fresh.push(index)
      }
      if (fresh.length > 0) await records.write(fresh.map(revocation))
      return fresh.length > 0
    },
    withdraw: (kiosk) =>
      inOrder('blocks', async () => {
        const known = await blocksOf(kiosk)
        for (const { id } of known.blocks) await revocations.revoke(`delegation:${id}`)
        // Also those that it never told of: whoever has its key may make them still.
        const places = known.blocks.flatMap(({ first, most }) =>
          Array.from({ length: most }, (_, n) => revocation(first + n)),
        )
        await records.write([...places, { key: `kiosk:${kiosk}`, value: { ...known, withdrawn: true } }])
      }),
    async revoked() {
      const all: number[] = []
      for await (const { value } of allOf(records, 'revoked:')) all.push(zIndex.parse(value).index)
      return all
    },
  }
}
