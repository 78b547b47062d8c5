/** did:ethr on a ledger of its own, with the real registry: what is written there is what is believed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeBytes32String, Wallet } from 'ethers'
import { decode } from 'base58-universal'
import { createHttpsGet } from '../../main/credentials/did/https-get.ts'
import { multikeyOf } from '../../main/credentials/did/public-jwk.ts'
import { createResolver } from '../../main/credentials/did/resolver.ts'
import { generateIssuerKey, type IssuerKey } from '../../main/credentials/keys.ts'
import { startLocalLedger, type LocalLedger } from '../fixtures/local-ledger.ts'

let chain: LocalLedger
let key: IssuerKey
let account: Wallet
beforeAll(async () => {
  chain = await startLocalLedger()
  key = await generateIssuerKey()
})
afterAll(() => chain.close())
beforeEach(() => {
  account = new Wallet(Wallet.createRandom().privateKey)
})

const clock = { now: () => Date.now() }
const resolver = (ledger: LocalLedger['ledger'] | undefined = chain.ledger) =>
  createResolver({ fetch, get: createHttpsGet(), clock, ledger })
const seen = async () => (await resolver().resolve(chain.didOf(account)))._unsafeUnwrap()
const keysSeen = async () => (await seen()).document.keys.map(({ jwk }) => ('y' in jwk ? jwk : jwk.crv))

const attribute = encodeBytes32String('did/pub/Multikey/veriKey/base58')
const valueOf = ({ publicJwk }: IssuerKey) => decode(multikeyOf(publicJwk).slice(1))
const year = 31_536_000

describe('did:ethr', () => {
  it('an address that nothing was written about has no key that signs credentials', async () => {
    const { document, checked } = await seen()
    expect(document).toEqual({ id: chain.didOf(account), keys: [] })
    expect(checked).toMatchObject({ by: 'ledger', block: expect.any(Number) })
  })

  it('has a key from the block in which it was added until it is revoked', async () => {
    const block = await chain.send(account, 'setAttribute', [account.address, attribute, valueOf(key), year])
    const { document, checked } = await seen()
    expect(document.keys).toEqual([{ id: `${chain.didOf(account)}#delegate-1`, jwk: key.publicJwk }])
    expect(checked.block).toBe(block)
    await chain.send(account, 'revokeAttribute', [account.address, attribute, valueOf(key)])
    expect(await keysSeen()).toEqual([])
  })

  it('has it no longer than the ledger says, by the time of the ledger', async () => {
    await chain.send(account, 'setAttribute', [account.address, attribute, valueOf(key), 20])
    expect(await keysSeen()).toEqual([key.publicJwk])
    const other = new Wallet(Wallet.createRandom().privateKey)
    // Each transaction is a block of twelve seconds.
    for (const _ of [1, 2]) await chain.send(other, 'setAttribute', [other.address, attribute, '0x00', 1])
    expect(await keysSeen()).toEqual([])
  })

  it('takes keys of Ed25519, and leaves delegates and foreign kinds alone', async () => {
    const ed25519 = encodeBytes32String('did/pub/Ed25519/veriKey/hex')
    await chain.send(account, 'setAttribute', [account.address, ed25519, `0x${'ab'.repeat(32)}`, year])
    const rsa = encodeBytes32String('did/pub/RSA/veriKey/pem')
    await chain.send(account, 'setAttribute', [account.address, rsa, '0x01', year])
    const delegate = Wallet.createRandom().address
    await chain.send(account, 'addDelegate', [
      account.address,
      encodeBytes32String('veriKey'),
      delegate,
      year,
    ])
    expect(await keysSeen()).toEqual(['Ed25519'])
  })

  it('follows a changed owner: only the new one may write', async () => {
    const owner = new Wallet(Wallet.createRandom().privateKey)
    await chain.send(account, 'changeOwner', [account.address, owner.address])
    await expect(
      chain.send(account, 'setAttribute', [account.address, attribute, valueOf(key), year]),
    ).rejects.toThrow('revert')
    await chain.send(owner, 'setAttribute', [account.address, attribute, valueOf(key), year])
    expect(await keysSeen()).toEqual([key.publicJwk])
  })

  it('is over for ever once it is deactivated', async () => {
    await chain.send(account, 'setAttribute', [account.address, attribute, valueOf(key), year])
    await chain.send(account, 'changeOwner', [account.address, `0x${'0'.repeat(40)}`])
    expect((await seen()).document).toMatchObject({ keys: [], deactivated: true })
  })

  it('is a trouble with a name where it cannot be read', async () => {
    const trouble = async (did: string, ledger?: LocalLedger['ledger']) =>
      (await resolver(ledger).resolve(did))._unsafeUnwrapErr()
    expect(await trouble(`did:ethr:${account.address}`)).toBe('no-ledger')
    expect(await trouble(`did:ethr:sepolia:${account.address}`)).toBe('no-ledger')
    expect(await trouble('did:ethr:0x539:0x12')).toBe('did-malformed')
    expect(await trouble(`did:ethr:0x53a:${account.address}`, { ...chain.ledger, chainId: 1338 })).toBe(
      'wrong-chain',
    )
    chain.pause(true)
    expect(await trouble(chain.didOf(account))).toBe('unreachable')
    chain.pause(false)
    const none = createResolver({ fetch, get: createHttpsGet(), clock })
    expect((await none.resolve(chain.didOf(account)))._unsafeUnwrapErr()).toBe('no-ledger')
  })
})
