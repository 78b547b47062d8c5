/** The citizen's phone: two foreign wallet libraries, each with the format that it can do. */
import { openCredoWallet, type CredoWallet, type OpenedOffer } from './credo-wallet.ts'
import { readRequest, type Format } from './request.ts'
import { openSphereonWallet, type SphereonWallet } from './sphereon-wallet.ts'

export const walletNames = {
  'dc+sd-jwt': '@credo-ts/openid4vc 0.6.3',
  ldp_vc: '@sphereon/oid4vci-client 0.20.1',
} as const satisfies Record<Format, string>

export interface Held {
  /** credential configuration id of the issuer */
  id: string
  format: Format
  wallet: string
}

export interface Phone {
  held(): Held[]
  /** Takes all that is offered in a format it knows. Rejects if the offer is refused or nothing verifies. */
  receive(
    offer: string,
    txCode: string,
  ): Promise<{ credentials: Held[]; refused: { id: string; why: string }[] }>
  present(request: string, format: Format): Promise<string>
  /** Forgets keys and credentials, as a new phone. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** @param clock for the times that the phone signs */
export async function openPhone(clock: { now(): number }): Promise<Phone> {
  let credo: CredoWallet = await openCredoWallet()
  let sphereon: SphereonWallet = await openSphereonWallet()
  let held: Held[] = []

  /** One code is redeemed once: where both formats are offered, both libraries use the token that Credo got. */
  async function takeEach(offer: string, opened: OpenedOffer, txCode: string) {
    const known = opened.configurations.filter(({ format }) => format in walletNames)
    const sdJwt = known.some(({ format }) => format === 'dc+sd-jwt')
    const accessToken = sdJwt ? await credo.redeem(opened, txCode) : undefined
    const credentials: Held[] = []
    const refused: { id: string; why: string }[] = []
    for (const { id, format } of known) {
      try {
        const kept: Format = format === 'ldp_vc' ? 'ldp_vc' : 'dc+sd-jwt'
        if (kept === 'ldp_vc') {
          await sphereon.receive(offer, id, accessToken === undefined ? { txCode } : { accessToken })
        } else {
          await credo.receive(opened, accessToken ?? '', [id])
        }
        credentials.push({ id, format: kept, wallet: walletNames[kept] })
      } catch (thrown) {
        refused.push({ id, why: reason(thrown) })
      }
    }
    return { credentials, refused }
  }

  return {
    held: () => [...held],

    async receive(offer, txCode) {
      const result = await takeEach(offer, await credo.open(offer), txCode)
      const [first] = result.refused
      if (result.credentials.length === 0) {
        throw new Error(first?.why ?? 'nothing in this offer is for this phone')
      }
      const replaced = new Set(result.credentials.map(({ id }) => id))
      held = [...held.filter(({ id }) => !replaced.has(id)), ...result.credentials]
      return result
    },

    async present(text, format) {
      const request = readRequest(text)
      const wallet = format === 'ldp_vc' ? sphereon : credo
      return wallet.present(request, clock.now())
    },

    async reset() {
      await credo.close()
      credo = await openCredoWallet()
      sphereon = await openSphereonWallet()
      held = []
    },

    close: () => credo.close(),
  }
}

/** What a library said; the libraries name URLs and members, not values. */
export function reason(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]?.slice(0, 300) ?? ''
}
