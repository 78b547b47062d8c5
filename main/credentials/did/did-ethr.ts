/** did:ethr: what an ERC-1056 registry on a ledger says of an address, read through one configured node. */
import { err, ok, type Result } from 'neverthrow'
import { readDocument } from './read-document.ts'
import type { DidTrouble } from './resolver.ts'
import { longestDid, type CheckedDocument } from './z-did-document.ts'
import type { Ledger } from './z-ledger.ts'

interface Parts {
  ledger: Ledger
  fetch: typeof fetch
  clock: { now(): number }
}

/** of the ledger for one DID: each change that was ever made to it is one question */
const mostQuestions = 300
const timeoutMs = 30_000
const mostBytes = 2_000_000

export interface EthrDid {
  /** name or number of the chain; without one it is Ethereum's main chain */
  network: string | undefined
  /** address or compressed public key */
  identifier: string
}

/** did:ethr method, "Method specific identifier". @returns undefined if it is not one */
export function readDidEthr(did: string): EthrDid | undefined {
  if (did.length > longestDid) return undefined
  const read =
    /^did:ethr:(?:(0x[0-9a-f]{1,16}|[a-z][a-z0-9:-]{0,40}):)?(0x(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{66}))$/.exec(
      did,
    )
  return read?.[2] === undefined ? undefined : { network: read[1], identifier: read[2] }
}

/** `did-malformed`, `no-ledger` (another chain than the configured one), `unreachable`, `wrong-chain`, `unfit` */
export async function resolveDidEthr(
  did: string,
  { ledger, fetch, clock }: Parts,
): Promise<Result<CheckedDocument, DidTrouble>> {
  const read = readDidEthr(did)
  if (!read) return err('did-malformed')
  if (!isOn(ledger, read.network)) return err('no-ledger')
  const hexId = `0x${ledger.chainId.toString(16)}`
  const { provider, ethr } = await connect(ledger, hexId, fetch)
  try {
    if (BigInt(await provider.send('eth_chainId', [])) !== BigInt(ledger.chainId)) return err('wrong-chain')
    const block = await provider.getBlockNumber()
    const id = did.slice('did:ethr:'.length)
    const parsed = { did, didUrl: did, method: 'ethr', id }
    const noOther = { resolve: () => Promise.reject(new Error('one DID only')) }
    // As of that block, by the time of that block: a key's life on the ledger is not measured with this machine's clock.
    const said = await ethr(did, parsed, noOther, { blockTag: block })
    if (said.didResolutionMetadata.error !== undefined) return err('unreachable')
    const document = readDocument(said.didDocument, did)
    if (!document) return err('unfit')
    const deactivated = said.didDocumentMetadata.deactivated === true
    const checked = { by: 'ledger' as const, at: new Date(clock.now()).toISOString(), block }
    return ok({ document: { ...document, ...(deactivated && { deactivated }) }, checked })
  } catch {
    return err('unreachable')
  } finally {
    provider.destroy()
  }
}

const isOn = ({ chainId, name }: Ledger, network: string | undefined) =>
  network === undefined ? chainId === 1 : network === name || network === `0x${chainId.toString(16)}`

/** The libraries are loaded when a ledger is asked for the first time: most kiosks never ask one. */
async function connect({ rpcUrl, registry, chainId, name }: Ledger, hexId: string, fetch: Parts['fetch']) {
  const [{ FetchRequest, JsonRpcProvider, Network }, { getResolver }] = await Promise.all([
    import('ethers'),
    import('ethr-did-resolver'),
  ])
  const request = new FetchRequest(rpcUrl)
  request.setThrottleParams({ maxAttempts: 2 })
  const signal = AbortSignal.timeout(timeoutMs)
  let questions = 0
  request.getUrlFunc = async ({ url, method, headers, body }) => {
    questions += 1
    if (questions > mostQuestions) throw new Error('too many changes')
    const answer = await fetch(url, {
      ...{ method, headers, signal, redirect: 'error' },
      ...(body && { body: new Uint8Array(body) }),
    })
    const bytes = await read(answer)
    const { status: statusCode, statusText: statusMessage } = answer
    return { statusCode, statusMessage, headers: Object.fromEntries(answer.headers), body: bytes }
  }
  const network = Network.from(chainId)
  const provider = new JsonRpcProvider(request, network, { staticNetwork: network, batchMaxCount: 1 })
  const web3 = { currentProvider: provider }
  // Under the words that the DID itself may use for this chain.
  const networks = [hexId, ...(name ? [name] : []), ...(chainId === 1 ? ['mainnet'] : [])].map((one) =>
    one.startsWith('0x') ? { chainId: one, web3, registry } : { name: one, chainId, web3, registry },
  )
  const { ethr } = getResolver({ networks })
  if (!ethr) throw new Error('no resolver for did:ethr')
  return { provider, ethr }
}

async function read(answer: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.length
    if (bytes > mostBytes) throw new Error('too long')
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces))
}
